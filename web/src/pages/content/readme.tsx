// A chart's README. It is a stranger's text: HTML in it stays text, nothing is fetched for it, and
// what its links lead to learns nothing of this console.
import Markdown, { type Components } from "react-markdown";
import rehypeSanitize from "rehype-sanitize";
import remarkGfm from "remark-gfm";

import { say } from "../../words/say";

const components: Components = {
  img: ({ alt }) => (
    <em className="subtle">{alt ? say("content.imageOf", { alt }) : say("content.image")}</em>
  ),
  a: ({ href, children }) =>
    href && /^(https?:|mailto:)/.test(href) ? (
      <a href={href} target="_blank" rel="noopener noreferrer nofollow">
        {children}
      </a>
    ) : (
      <>{children}</>
    ),
  table: ({ children }) => (
    <div className="wide" tabIndex={0} role="region" aria-label={say("content.table")}>
      <table>{children}</table>
    </div>
  ),
  pre: ({ children }) => <pre tabIndex={0}>{children}</pre>,
  // The page has its own title; the README's begins one level below it.
  h1: ({ children }) => <h2>{children}</h2>,
  h2: ({ children }) => <h3>{children}</h3>,
  h3: ({ children }) => <h4>{children}</h4>,
};

export function Readme({ text }: { text: string }) {
  return (
    <article className="readme" aria-label={say("content.readme")}>
      <Markdown
        remarkPlugins={[remarkGfm]}
        rehypePlugins={[rehypeSanitize]}
        components={components}
      >
        {text}
      </Markdown>
    </article>
  );
}
