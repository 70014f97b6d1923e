// The doctor: rights at AWS.
export const doctor = {
  "doctor.doctor": "Doctor",
  "doctor.lead":
    "Berth asks AWS for each right that it uses, with this registry's own access key or role. Its calls read and find nothing; nothing is changed at AWS.",
  "doctor.examine": "Ask AWS",
  "doctor.again": "Ask AWS again",
  "doctor.notYet": "AWS was not asked yet",
  "doctor.whatComes":
    "Each right will have a row: whether it is there, what it was tried on, what does not work without it, and the smallest statement that grants it.",
  "doctor.notProtected": "Nobody's rights are used here",
  "doctor.noKeys":
    "This registry is not protected: Berth reads it without an access key and without a role. Where pulls of ECR Public reach their limits, protect it and come back.",
  "doctor.notYourRole": "Your role may look, but not ask AWS",
  "doctor.askSomebody": "Somebody who may use registries can; what they see stays in their browser.",
  "doctor.theAnswer": "the answer of AWS",

  "doctor.regions": "Regions",
  "doctor.isDefault": "{region}, the default",
  "doctor.another": "Another region",
  "doctor.add": "Add",
  "doctor.remove": "Remove {region}",
  "doctor.atMost": "At most eight beside the default region.",

  "doctor.counts": "{allowed} allowed, {denied} denied",
  "doctor.countsUnclear": "{allowed} allowed, {denied} denied, {unclear} inconclusive",
  "doctor.askedAs": "Asked as {arn} {age}.",
  "doctor.triedOn": "Rights on repositories were tried on {repository}.",
  "doctor.notListed":
    "AWS lists no repository, so they were tried on {repository}. A refusal there may only mean that rights are bound to other repositories.",
  "doctor.rightsIn": "Rights in {region}",
  "doctor.allowed": "Allowed",
  "doctor.denied": "Denied",
  "doctor.inconclusive": "Inconclusive",
  "doctor.neededFor": "Needed for {feature}",
  "doctor.requestId": "request id of AWS",
  "doctor.requestIdIs": "Request id: {id}",
  "doctor.grants": "The smallest statement that grants it:",
  "doctor.statement": "statement for {action}",
  "doctor.noStatement":
    "No statement is offered: one that allows it would change nothing while another policy refuses.",
  "doctor.allAtOnce": "All that is missing, as one policy",
  "doctor.allAtOnceIs": "For the user or the role that was asked as.",
  "doctor.policy": "policy",
} as const;
