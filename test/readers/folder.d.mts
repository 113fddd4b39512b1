export const READERS_FOLDER: string;
export const PYTHON: string;
export const HDR_HISTOGRAM: string;
