import { type Markup, markup } from "./markup.ts";

/** What each template is filled with. A template is a name here, a row in `TEMPLATES` and a schema. */
interface TemplateParameters {
  /** Words of one's own; an empty line begins a paragraph. */
  readonly message: { readonly subject: string; readonly text: string };
  readonly welcome: { readonly name: string };
  readonly "low-stock": {
    /** Fewer than this is few. */
    readonly threshold: number;
    readonly products: readonly {
      readonly sku: string;
      readonly name: string;
      readonly stock: number;
    }[];
  };
}

export type TemplateName = keyof TemplateParameters;

type CallOf<N extends TemplateName> = {
  [K in N]: { readonly template: K; readonly parameters: TemplateParameters[K] };
}[N];
/** A template and what it is filled with. */
export type TemplateCall = CallOf<TemplateName>;

/** What a mail says, once in HTML and once in plain text. */
export interface MailContent {
  readonly subject: string;
  readonly html: string;
  readonly text: string;
}

interface Filled {
  readonly subject: string;
  readonly html: readonly Markup[];
  readonly text: readonly string[];
}

const MAX_SUBJECT_CHARACTERS = 200;
const CELL = "padding:6px 8px;border-bottom:1px solid #d0d7de;text-align:left;vertical-align:top";

/** One line: what would end a header line, or cannot be seen, becomes a space. */
const oneLine = (text: string): string =>
  Array.from(
    text
      .toWellFormed()
      .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, " ")
      .trim(),
  )
    .slice(0, MAX_SUBJECT_CHARACTERS)
    .join("");

const paragraph = (text: string): Markup =>
  markup`<p style="margin:0 0 16px;white-space:pre-line">${text}</p>`;

const TEMPLATES: { readonly [N in TemplateName]: (given: TemplateParameters[N]) => Filled } = {
  message: ({ subject, text }) => {
    const paragraphs = text
      .replaceAll(/\r\n?/gu, "\n")
      .split(/\n{2,}/u)
      .filter((part) => part.trim() !== "");
    return { subject, html: paragraphs.map(paragraph), text: paragraphs };
  },
  welcome: ({ name }) => {
    const lines = [
      `Hello ${oneLine(name)},`,
      "you have an account at Stockroom, the product catalogue. Sign in with the account of your company; there is no password to choose.",
      "If this surprises you, tell whoever looks after the catalogue.",
    ];
    return { subject: "Welcome to Stockroom", html: lines.map(paragraph), text: lines };
  },
  "low-stock": ({ threshold, products }) => {
    const count = products.length === 1 ? "1 product is" : `${products.length} products are`;
    const summary = `${count} low on stock: fewer than ${threshold} left.`;
    const row = ({ sku, name, stock }: (typeof products)[number]): Markup =>
      markup`<tr><td style="${CELL}">${sku}</td><td style="${CELL};overflow-wrap:anywhere">${name}</td><td style="${CELL};text-align:right">${stock}</td></tr>`;
    return {
      subject: `${count} low on stock`,
      html: [
        paragraph(summary),
        markup`<table style="width:100%;border-collapse:collapse"><thead><tr><th scope="col" style="${CELL}">SKU</th><th scope="col" style="${CELL}">Product</th><th scope="col" style="${CELL};text-align:right">Left</th></tr></thead><tbody>${products.map(row)}</tbody></table>`,
      ],
      text: [
        summary,
        products
          .map(({ sku, name, stock }) => `${stock} left: ${oneLine(name)} (${oneLine(sku)})`)
          .join("\n"),
      ],
    };
  },
};

const fill = <N extends TemplateName>({ template, parameters }: CallOf<N>): Filled =>
  TEMPLATES[template](parameters);

/** Styles in place and no picture: what mail programs show everywhere, and nothing that tells who looks. */
const page = (subject: string, body: readonly Markup[]): string =>
  markup`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${subject}</title></head>
<body style="margin:0;background:#ffffff;color:#1f2328;font:16px/1.5 Arial,Helvetica,sans-serif">
<div style="max-width:600px;margin:0 auto;padding:24px 16px;overflow-wrap:break-word">
<h1 style="margin:0 0 16px;font-size:22px;line-height:1.3">${subject}</h1>
${body}
<p style="margin:24px 0 0;color:#59636e;font-size:14px">Sent by Stockroom.</p>
</div>
</body>
</html>
`.text;

/** Writes the mail. Whatever it is filled with stays text, and the subject stays one line. */
export const renderMail = (call: TemplateCall): MailContent => {
  const { subject, html, text } = fill(call);
  const title = oneLine(subject);
  return {
    subject: title,
    html: page(title, html),
    text: `${[...text, "--\nSent by Stockroom."].join("\n\n")}\n`.toWellFormed(),
  };
};
