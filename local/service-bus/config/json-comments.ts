const TOKEN = /"(?:[^"\\]|\\.)*"|\/\/[^\n]*|\/\*[\s\S]*?\*\//g;

/** JSON without the comments that configuration files have; texts stay as they are. */
export const withoutComments = (json: string): string =>
  json.replaceAll(TOKEN, (token) => (token.startsWith('"') ? token : " "));
