// What AWS says of a repository: one line, which opens.
import { useState } from "react";

import { useEcrRepository, type EcrRepositoryFacts } from "../../api/ecr";
import { listOf, prettyJson } from "../../parts/format";
import { Age, Code } from "../../parts/small";
import { say } from "../../words/say";
import { Fact, isUntold, Told } from "./ecr_fact";

type Settings = NonNullable<EcrRepositoryFacts["settings"]>;
type Rule = NonNullable<EcrRepositoryFacts["rules"]>[number];

function mutabilityText({ tagMutability, mutabilityExclusions }: Settings) {
  const tags = mutabilityExclusions.join(", ");
  switch (tagMutability) {
    case "MUTABLE":
      return say("ecr.mutable");
    case "IMMUTABLE":
      return say("ecr.immutable");
    case "MUTABLE_WITH_EXCLUSION":
      return say("ecr.mutableBut", { tags });
    case "IMMUTABLE_WITH_EXCLUSION":
      return say("ecr.immutableBut", { tags });
    default:
      return tagMutability ?? "";
  }
}

function ruleText({ destinations, prefixes }: Rule) {
  const places = listOf(destinations.map(({ region, account }) => `${region} (${account})`));
  return prefixes.length === 0
    ? say("ecr.ruleAll", { places })
    : say("ecr.rulePrefixes", { prefixes: listOf(prefixes.map((text) => `${text}*`)), places });
}

function SettingsFacts({ settings }: { settings: Settings }) {
  return (
    <>
      <dt>{say("ecr.arn")}</dt>
      <dd>
        <code className="small breakable">{settings.arn}</code>
      </dd>
      <dt>{say("ecr.created")}</dt>
      <dd>
        <Age {...(settings.created ? { time: settings.created } : {})} none={say("ecr.none")} />
      </dd>
      <dt>{say("ecr.mutability")}</dt>
      <dd>{mutabilityText(settings)}</dd>
      <dt>{say("ecr.encryption")}</dt>
      <dd>
        {settings.encryption}{" "}
        {settings.encryptionKey && (
          <code className="small breakable">{settings.encryptionKey}</code>
        )}
      </dd>
      <dt>{say("ecr.scanOnPush")}</dt>
      <dd>{settings.scanOnPush ? say("ecr.on") : say("ecr.off")}</dd>
    </>
  );
}

function Policy({ text }: { text: string | undefined }) {
  if (!text) return say("ecr.noPolicy");
  return (
    <details>
      <summary>{say("ecr.showPolicy")}</summary>
      <Code text={prettyJson(text)} what={say("ecr.thePolicy")} />
    </details>
  );
}

function List({ texts, none }: { texts: string[]; none: string }) {
  if (texts.length === 0) return none;
  return (
    <ul>
      {texts.map((text) => (
        <li key={text} className="breakable">
          {text}
        </li>
      ))}
    </ul>
  );
}

function Facts({ facts }: { facts: EcrRepositoryFacts }) {
  const { untold } = facts;
  return (
    <dl className="facts">
      {facts.settings ? (
        <SettingsFacts settings={facts.settings} />
      ) : (
        <Fact name="settings" title={say("ecr.settings")} untold={untold} />
      )}
      <Fact name="lifecyclePolicy" title={say("ecr.lifecyclePolicy")} untold={untold}>
        {!isUntold(untold, "lifecyclePolicy") && <Policy text={facts.lifecyclePolicy} />}
      </Fact>
      <Fact name="resourceTags" title={say("ecr.resourceTags")} untold={untold}>
        {facts.resourceTags && (
          <List
            texts={facts.resourceTags.map(({ key, value }) => `${key} = ${value}`)}
            none={say("ecr.none")}
          />
        )}
      </Fact>
      <Fact name="rules" title={say("ecr.rules")} untold={untold}>
        {facts.rules && <List texts={facts.rules.map(ruleText)} none={say("ecr.noRule")} />}
      </Fact>
    </dl>
  );
}

export function EcrRepository({ uid, repository }: { uid: string; repository: string }) {
  const facts = useEcrRepository(uid, repository);
  const [isOpen, setOpen] = useState(false);
  const place = facts.data && `${facts.data.account} · ${facts.data.region}`;
  return (
    <details
      className="panel"
      data-told="repository"
      onToggle={(event) => setOpen(event.currentTarget.open)}
    >
      <summary>
        <span className="row tight">
          <strong>{say("ecr.atEcr")}</strong>
          {place && <span className="subtle">{place}</span>}
        </span>
      </summary>
      {isOpen && <Told asked={facts}>{(told) => <Facts facts={told} />}</Told>}
    </details>
  );
}
