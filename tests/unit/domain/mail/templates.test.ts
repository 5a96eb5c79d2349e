import { assert, property, string } from "fast-check";

import { renderMail } from "../../../../src/domain/mail/templates.ts";

const HOSTILE = `<script>alert(1)</script>"' onload='x' &amp; \r\nBcc: victim@example.com`;

it("writes a message as paragraphs, in HTML and in text", () => {
  const { subject, html, text } = renderMail({
    template: "message",
    parameters: {
      subject: "Stock count",
      text: "Tomorrow at eight.\r\n\r\nBring a <pen> & paper.",
    },
  });

  expect(subject).toBe("Stock count");
  expect(html).toContain("Tomorrow at eight.</p>");
  expect(html).toContain("Bring a &lt;pen&gt; &amp; paper.</p>");
  expect(text).toBe("Tomorrow at eight.\n\nBring a <pen> & paper.\n\n--\nSent by Stockroom.\n");
});

it("lists what is low on stock", () => {
  const { subject, html, text } = renderMail({
    template: "low-stock",
    parameters: { threshold: 5, products: [{ sku: "CUP-1", name: "Cup & saucer", stock: 2 }] },
  });

  expect(subject).toBe("1 product is low on stock");
  expect(html).toContain("Cup &amp; saucer</td>");
  expect(text).toContain("2 left: Cup & saucer (CUP-1)");
});

it("puts a hostile name into no markup and onto no line of its own", () => {
  const welcome = renderMail({ template: "welcome", parameters: { name: HOSTILE } });
  const low = renderMail({
    template: "low-stock",
    parameters: { threshold: 1, products: [{ sku: HOSTILE, name: HOSTILE, stock: 0 }] },
  });

  for (const { html, text } of [welcome, low]) {
    expect(html).not.toMatch(/<script|' onload/u);
    expect(html).toContain("&lt;script&gt;");
    expect(text).not.toMatch(/^Bcc:/mu);
  }
});

it("keeps any subject to one line of at most 200 characters", () => {
  assert(
    property(string({ unit: "binary", maxLength: 400 }), (words) => {
      const { subject, html, text } = renderMail({
        template: "message",
        parameters: { subject: words, text: words },
      });

      expect(subject).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u);
      expect(Array.from(subject).length).toBeLessThanOrEqual(200);
      expect([html.isWellFormed(), text.isWellFormed()]).toEqual([true, true]);
    }),
  );
});
