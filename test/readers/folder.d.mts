export const READERS_FOLDER: string;
export const PYTHON: string;
