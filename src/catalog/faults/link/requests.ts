/** What is asked of the fault engine: the bodies that the run sends, and the same as text for people. */
import type { LinkActionOf, ToxicOf } from './descriptor.js';

/** The body that adds a toxic. @param name the id of the fault. */
export const toxicRequest = <T extends string>(name: string, toxic: ToxicOf<T>) => ({ name, ...toxic });

/** The HTTP calls that set and lift a fault, as they appear in Toxiproxy's log. */
export function linkRequests(id: string, link: string, action: LinkActionOf<string>) {
  const proxy = `/proxies/${link}`;
  if (action.kind === 'down') return { on: `POST ${proxy} {"enabled":false}`, off: `POST ${proxy} {"enabled":true}` };
  return {
    on: `POST ${proxy}/toxics ${JSON.stringify(toxicRequest(id, action.toxic))}`,
    off: `DELETE ${proxy}/toxics/${id}`,
  };
}
