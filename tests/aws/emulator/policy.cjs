// May a principal do it? Policies as IAM has them: each kind of policy that is there must allow,
// none may deny. The answer to a refusal is the sentence that AWS writes.
"use strict";
const { Fault } = require("./fault.cjs");

const KINDS = {
  identity: "identity-based policy", resource: "resource-based policy", session: "session policy",
  boundary: "permissions boundary", endpoint: "VPC endpoint policy",
  scp: "service control policy", rcp: "resource control policy",
};

const wild = (pattern) =>
  new RegExp(`^${pattern.split("*").map((s) => s.replace(/[.+?^${}()|[\]\\]/g, "\\$&")).join(".*")}$`, "i");
const some = (patterns, text) => [].concat(patterns).some((each) => wild(each).test(text));
const hits = (statement, action, resource) =>
  some(statement.Action, action) && some(statement.Resource || "*", resource);

/** Throws AccessDeniedException with AWS's reason, or returns. */
function authorize(principal, action, resource) {
  const head = `User: ${principal.arn} is not authorized to perform: ${action} on resource: ${resource}`;
  const refuse = (reason) => { throw new Fault(400, "AccessDeniedException", `${head} ${reason}`); };
  for (const policy of principal.policies)
    for (const statement of policy.Statement)
      if (statement.Effect === "Deny" && hits(statement, action, resource))
        refuse(`with an explicit deny in ${policy.kind === "identity" ? "an" : "a"} ${KINDS[policy.kind]}`);
  for (const kind of Object.keys(KINDS)) {
    const own = principal.policies.filter((policy) => policy.kind === kind);
    if (kind !== "identity" && own.length === 0) continue;
    const allowed = own.some((policy) => policy.Statement.some(
      (statement) => statement.Effect === "Allow" && hits(statement, action, resource)));
    if (!allowed) refuse(`because no ${KINDS[kind]} allows the ${action} action`);
  }
}

module.exports = { authorize };
