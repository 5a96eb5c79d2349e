import { PEOPLE } from "./directory.ts";

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
};

const escape = (text: string): string => text.replace(/[&<>"]/gu, (sign) => ESCAPES[sign] ?? sign);

/** The page that stands for the sign-in of Entra ID: each person is a link back to the same request. */
export const signInPage = (request: URL): string => {
  const links = PEOPLE.map(({ username, name, roles }) => {
    const chosen = new URL(request);
    chosen.searchParams.set("login_hint", username);
    const href = escape(`${chosen.pathname}${chosen.search}`);
    const role = roles.length > 0 ? roles.join(", ") : "no role";
    return `<li><a href="${href}"><b>${escape(name)}</b> ${escape(username)} <i>${role}</i></a></li>`;
  });
  const application = escape(request.searchParams.get("client_id") ?? "an application");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Sign in (local)</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; max-width: 32rem; margin: 4rem auto; padding: 0 1rem; }
ul { list-style: none; padding: 0; }
a { display: block; padding: .75rem 1rem; margin: .5rem 0; border: 1px solid #888; border-radius: .5rem; color: inherit; text-decoration: none; }
a:hover, a:focus { background: #8882; }
i { float: right; }
</style>
</head>
<body>
<h1>Pick a person</h1>
<p>This page stands in for the sign-in of Entra ID. <code>${application}</code> wants to know who you are.</p>
<ul>
${links.join("\n")}
</ul>
</body>
</html>
`;
};
