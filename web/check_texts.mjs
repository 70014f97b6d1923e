// node check_texts.mjs: no text that a person reads may be written anywhere but in the catalogue
// (src/words/en), each message there has a use, and each use a message.
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

// What attributes say to the machine. All others are for people.
const technical = new Set(
  `accept activeKey aria aria-atomic aria-controls aria-current aria-describedby aria-expanded aria-hidden
   aria-labelledby aria-live autoCapitalize autoComplete className color component d eventKey fieldId fill form
   gridBreakPoint headingLevel height href htmlFor id idOf itemId key labelId lang level list
   mainContainerId method modifier name of opacity path preserveAspectRatio rel
   resizeOrientation result role rx scope size status stroke strokeLinecap strokeLinejoin strokeWidth tab
   target text titleIconVariant titleId to type validated value variant viewBox width`.split(/\s+/),
);
const isTechnical = (name) => technical.has(name) || name.startsWith("data-");
// These show what they are given as it is: a command, a file.
const literalElements = new Set(["code", "kbd", "pre"]);
const hasWords = (text) => /\p{L}{2,}|\p{L}\s/u.test(text);
/** In the middle of code only what cannot be anything else is taken for a text. */
const isSentence = (text) => /^\p{Lu}\S*\s\S/u.test(text) || /^\p{Lu}\p{Ll}+[.…!?]$/u.test(text);

const source = fileURLToPath(new URL("src", import.meta.url));
const files = readdirSync(source, { recursive: true })
  .map(String)
  .filter((file) => /\.tsx?$/.test(file) && file !== "api/schema.ts");
const findings = [];

function literalText(node) {
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return node.text;
  if (ts.isTemplateExpression(node))
    return node.head.text + node.templateSpans.map((span) => span.literal.text).join(" ");
  return undefined;
}

/** The literals that an expression may come out as. */
function outcomes(node) {
  if (ts.isParenthesizedExpression(node)) return outcomes(node.expression);
  if (ts.isConditionalExpression(node))
    return [...outcomes(node.whenTrue), ...outcomes(node.whenFalse)];
  if (ts.isBinaryExpression(node)) {
    const operator = node.operatorToken.kind;
    if (operator === ts.SyntaxKind.AmpersandAmpersandToken) return outcomes(node.right);
    if (
      [
        ts.SyntaxKind.BarBarToken,
        ts.SyntaxKind.QuestionQuestionToken,
        ts.SyntaxKind.PlusToken,
      ].includes(operator)
    )
      return [...outcomes(node.left), ...outcomes(node.right)];
  }
  return literalText(node) === undefined ? [] : [node];
}

function check(file) {
  const text = readFileSync(join(source, file), "utf8");
  const kind = file.endsWith("x") ? ts.ScriptKind.TSX : ts.ScriptKind.TS;
  const tree = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true, kind);
  const seen = new Set();
  const find = (node, found) => {
    if (seen.has(node)) return;
    seen.add(node);
    const { line } = tree.getLineAndCharacterOfPosition(node.getStart());
    findings.push(`src/${file}:${line + 1}: ${found.trim().replace(/\s+/g, " ").slice(0, 80)}`);
  };
  const findIn = (expression) => {
    for (const node of outcomes(expression))
      if (hasWords(literalText(node))) find(node, literalText(node));
  };
  const visit = (node) => {
    if (ts.isJsxElement(node) && literalElements.has(node.openingElement.tagName.getText())) return;
    if (ts.isImportDeclaration(node)) return;
    if (ts.isJsxText(node) && hasWords(node.text)) find(node, node.text);
    if (ts.isJsxExpression(node) && node.expression && !ts.isJsxAttribute(node.parent))
      findIn(node.expression);
    if (ts.isJsxAttribute(node) && node.initializer && !isTechnical(node.name.getText())) {
      if (isExample(node)) return;
      if (ts.isStringLiteral(node.initializer)) findIn(node.initializer);
      else if (node.initializer.expression) findIn(node.initializer.expression);
    }
    if (ts.isJsxAttribute(node) && isTechnical(node.name.getText())) {
      if (node.initializer?.expression) visit(node.initializer.expression);
      return;
    }
    const literal = literalText(node);
    if (literal !== undefined && isSentence(literal) && !isThrown(node) && !isOperation(literal))
      find(node, literal);
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return text;
}

/** `placeholder="charts, team-a/charts"`: what could be typed is the same in all languages. */
function isExample({ name, initializer }) {
  return (
    name.getText() === "placeholder" &&
    ts.isStringLiteral(initializer) &&
    !/^\p{Lu}\p{Ll}/u.test(initializer.text)
  );
}

/** `new Error("…")` is for who reads the code; what pages show is an ApiError. */
function isThrown(node) {
  return ts.isNewExpression(node.parent) && node.parent.expression.getText() === "Error";
}

/** `call("GET /v1/jobs")`: an operation of the API. */
function isOperation(text) {
  return /^(GET|POST|PUT|PATCH|DELETE) \/v1\//.test(text);
}

const keys = new Map();
for (const file of files.filter((name) => name.startsWith("words/en/"))) {
  const part = basename(file, ".ts");
  const text = readFileSync(join(source, file), "utf8");
  const tree = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const visit = (node) => {
    if (ts.isPropertyAssignment(node) && ts.isStringLiteral(node.name)) {
      const key = node.name.text;
      if (!key.startsWith(`${part}.`)) findings.push(`src/${file}: ${key} is not of this part`);
      if (keys.has(key)) findings.push(`src/${file}: ${key} is there twice`);
      keys.set(key, file);
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
}

const code = files
  .filter((file) => !file.startsWith("words/en/"))
  .map((file) => (file.startsWith("words/") ? "" : check(file)))
  .join("\n");
for (const [key, file] of keys)
  if (!code.includes(`"${key}"`)) findings.push(`src/${file}: nothing says ${key}`);

if (keys.size === 0) findings.push("src/words/en has no messages");
for (const finding of findings) console.error(`web: ${finding}`);
if (findings.length > 0) {
  console.error(
    `web: ${findings.length} findings: texts belong in src/words/en, and are said by say()`,
  );
  process.exit(1);
}
console.log(`web: ${keys.size} messages, each in the catalogue and in use`);
