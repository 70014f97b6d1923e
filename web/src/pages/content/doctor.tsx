// The doctor: which rights an ECR registry's key or role has at AWS, asked one by one.
import { Alert, Button, Label, LabelGroup } from "@patternfly/react-core";
import { useState } from "react";

import { useDiagnosis } from "../../api/queries";
import { mayDo } from "../../api/session";
import type { Diagnosis, RegistrySummary } from "../../api/types";
import { AwsRegions, awsRegionsId } from "../../parts/aws_regions";
import { TextField } from "../../parts/field";
import { useView } from "../../parts/search";
import { Age } from "../../parts/small";
import { Failure, Nothing, Waiting } from "../../parts/states";
import { say, sayWith } from "../../words/say";
import { OnePolicy, Rights } from "./rights";

const mostRegions = 8;

/** Those beside the default one; they are part of the page's address. */
function useRegions() {
  const view = useView();
  const others = view.of("regions").split(",").filter(Boolean);
  const keep = (regions: string[]) => view.change({ regions: regions.join(",") }, true);
  return { others, keep };
}

function Regions({ first }: { first: string }) {
  const { others, keep } = useRegions();
  const [typed, setTyped] = useState("");
  const region = typed.trim().toLowerCase();
  const isNew = region !== "" && region !== first && !others.includes(region);
  const isFull = others.length >= mostRegions;
  const add = () => {
    keep([...others, region]);
    setTyped("");
  };
  return (
    <form
      className="stack form-narrow"
      onSubmit={(event) => {
        event.preventDefault();
        if (isNew && !isFull) add();
      }}
    >
      <TextField
        id="doctor-region"
        label={say("doctor.another")}
        mono
        list={awsRegionsId}
        placeholder="us-east-1"
        value={typed}
        help={isFull ? say("doctor.atMost") : undefined}
        onChange={setTyped}
        beside={
          <Button type="submit" variant="secondary" isDisabled={!isNew || isFull}>
            {say("doctor.add")}
          </Button>
        }
      />
      <AwsRegions />
      <LabelGroup categoryName={say("doctor.regions")} numLabels={mostRegions + 1}>
        <Label key={first}>{say("doctor.isDefault", { region: first })}</Label>
        {others.map((other) => (
          <Label
            key={other}
            color="blue"
            closeBtnAriaLabel={say("doctor.remove", { region: other })}
            onClose={() => keep(others.filter((each) => each !== other))}
          >
            {other}
          </Label>
        ))}
      </LabelGroup>
    </form>
  );
}

function Summary({ diagnosis, at }: { diagnosis: Diagnosis; at: number }) {
  const count = (verdict: string) =>
    diagnosis.probes.filter((probed) => probed.verdict === verdict).length;
  const [allowed, denied, unclear] = [count("allowed"), count("denied"), count("inconclusive")];
  const variant = denied > 0 ? "danger" : unclear > 0 ? "warning" : "success";
  const repository = <code className="breakable">{diagnosis.repository}</code>;
  return (
    <Alert
      isInline
      variant={variant}
      title={
        unclear > 0
          ? say("doctor.countsUnclear", { allowed, denied, unclear })
          : say("doctor.counts", { allowed, denied })
      }
    >
      <p>
        {sayWith("doctor.askedAs", {
          arn: <code className="breakable">{diagnosis.arn}</code>,
          age: <Age time={new Date(at).toISOString()} />,
        })}
      </p>
      <p>
        {sayWith(diagnosis.repositoryListed ? "doctor.triedOn" : "doctor.notListed", {
          repository,
        })}
      </p>
    </Alert>
  );
}

function Findings({ diagnosis }: { diagnosis: Diagnosis }) {
  const regions = [...new Set(diagnosis.probes.map((probed) => probed.region))];
  return (
    <>
      {regions.map((region) => (
        <Rights
          key={region}
          region={region}
          probes={diagnosis.probes.filter((probed) => probed.region === region)}
        />
      ))}
      <OnePolicy probes={diagnosis.probes} />
    </>
  );
}

export function Doctor({ registry }: { registry: RegistrySummary }) {
  const { others } = useRegions();
  const { data, error, isFetching, refetch, dataUpdatedAt } = useDiagnosis(
    registry.metadata.uid,
    others,
  );
  if (!registry.spec.isPrivate)
    return <Nothing title={say("doctor.notProtected")}>{say("doctor.noKeys")}</Nothing>;
  if (!mayDo("use"))
    return <Nothing title={say("doctor.notYourRole")}>{say("doctor.askSomebody")}</Nothing>;
  const { endpoint, defaultRegion } = registry.spec;
  const failed = error !== null && !isFetching;
  return (
    <div className="stack">
      <p className="subtle form-narrow">{say("doctor.lead")}</p>
      {endpoint.includes("{{") && defaultRegion && <Regions first={defaultRegion} />}
      <div>
        <Button
          variant={data ? "secondary" : "primary"}
          onClick={() => void refetch()}
          isLoading={isFetching}
          isDisabled={isFetching}
        >
          {data ? say("doctor.again") : say("doctor.examine")}
        </Button>
      </div>
      <div aria-live="polite">
        {data && !failed && <Summary diagnosis={data} at={dataUpdatedAt} />}
      </div>
      {failed ? (
        <Failure error={error} what={say("doctor.theAnswer")} again={() => void refetch()} />
      ) : data ? (
        <Findings diagnosis={data} />
      ) : isFetching ? (
        <Waiting what={say("doctor.theAnswer")} rows={8} />
      ) : (
        <Nothing title={say("doctor.notYet")}>{say("doctor.whatComes")}</Nothing>
      )}
    </div>
  );
}
