// Filling the gaps: the plan first, then, if it is wanted, the job.
import { Checkbox } from "@patternfly/react-core";
import { useState } from "react";

import { startFill, useFillPlan, type FillPlan } from "../../api/regions";
import { bytes, sentence } from "../../parts/format";
import { FormDialog } from "../../parts/form_dialog";
import { Failure, Waiting } from "../../parts/states";
import { toast } from "../../parts/toasts";
import { say } from "../../words/say";

function Plan({ plan }: { plan: FillPlan }) {
  const size = bytes(plan.bytes);
  return (
    <div className="stack">
      <p>
        {plan.items.length === 0
          ? say("regions.nothingToDo")
          : say("regions.wouldCopy", {
              count: plan.items.length,
              region: plan.defaultRegion,
              size,
            })}
      </p>
      {plan.repositories.length > 0 && (
        <p>{say("regions.wouldMake", { count: plan.repositories.length })}</p>
      )}
      {plan.left.length > 0 && (
        <details>
          <summary>{say("regions.leftAlone", { count: plan.left.length })}</summary>
          <ul className="small breakable">
            {plan.left.map((each) => (
              <li key={`${each.region} ${each.repository}:${each.tag}`}>
                <strong>
                  {each.repository}
                  {each.tag && `:${each.tag}`} · {each.region}
                </strong>{" "}
                <span lang="en">{sentence(each.reason)}</span>
              </li>
            ))}
          </ul>
        </details>
      )}
      {plan.cut.map((text) => (
        <p key={text} className="subtle" lang="en">
          {sentence(text)}
        </p>
      ))}
    </div>
  );
}

export function FillDialog({ uid, onClose }: { uid: string; onClose: () => void }) {
  const [make, setMake] = useState(false);
  const body = { createRepositories: make };
  const plan = useFillPlan(uid, body);
  return (
    <FormDialog
      id="fill"
      title={say("regions.fill")}
      action={say("regions.copy")}
      disabled={!plan.data || plan.data.items.length === 0}
      onSubmit={async () => {
        await startFill(uid, body);
        toast("success", say("regions.begun"));
        onClose();
      }}
      onClose={onClose}
    >
      <Checkbox
        id="fill-make"
        label={say("regions.makeRepositories")}
        isChecked={make}
        onChange={(_, checked) => setMake(checked)}
      />
      {plan.isPending && <Waiting rows={2} what={say("regions.plan")} />}
      {plan.isError && <Failure error={plan.error} what={say("regions.plan")} />}
      {plan.data && <Plan plan={plan.data} />}
    </FormDialog>
  );
}
