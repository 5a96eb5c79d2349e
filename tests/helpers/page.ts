import { readFileSync } from "node:fs";

/** A block of a page that is fenced off: commands, or what they print. */
interface Block {
  readonly page: string;
  /** The headline above it. */
  readonly section: string;
  /** `sh` for commands. */
  readonly language: string;
  readonly text: string;
}

const FENCE = /^(?<indent> *)```(?<language>\w*)$/u;

/** The fenced blocks of a page, in order. */
const blocksOf = (page: string): readonly Block[] => {
  const blocks: Block[] = [];
  let section = "";
  let open: { language: string; indent: number; lines: string[] } | undefined;
  for (const line of readFileSync(page, "utf8").split("\n")) {
    const fence = FENCE.exec(line);
    if (open === undefined) {
      if (line.startsWith("## ")) section = line.slice(3);
      const { indent = "", language = "" } = fence?.groups ?? {};
      if (fence !== null) open = { language, indent: indent.length, lines: [] };
    } else if (fence === null) {
      open.lines.push(line.slice(open.indent));
    } else {
      const text = open.lines.join("\n");
      blocks.push({ page, section, language: open.language, text });
      open = undefined;
    }
  }
  return blocks;
};

/** Commands, and what the page shows of what they print, if it does. */
export interface Example extends Block {
  readonly shown: string | undefined;
}

const OUTPUT: ReadonlySet<string> = new Set(["", "json"]);

/** The blocks of commands of a page, each with the block of output that follows below the same headline. */
export const examplesOf = (page: string): readonly Example[] => {
  const blocks = blocksOf(page);
  return blocks.flatMap((block, index) => {
    if (block.language !== "sh") return [];
    const next = blocks[index + 1];
    const isShown = next?.section === block.section && OUTPUT.has(next.language);
    return [{ ...block, shown: isShown ? next.text : undefined }];
  });
};
