/**
 * Commits of the user's own repository, checked out and prepared so that services can run in them.
 *
 * Owns git (which repository, which commit, worktrees), the command that prepares a worktree, and the cache of prepared
 * ones. The repository is left as it was: a worktree is git's for as long as it is prepared, and a plain folder of the
 * cache from then on. Does not own: what runs in the folders (`stack`), or which arms have one (`scenario`).
 */
export { commitOf, repositoryAround, type Commit, type Repository } from './repository.js';
export { clearLeftOvers, preparedCheckout, type Checkout, type CheckoutRequest } from './prepared.js';
