// What is shown for an address without a page, and for a page that failed.
import { Button } from "@patternfly/react-core";
import { Link, useRouteError } from "react-router-dom";

import { Failure, Nothing } from "../parts/states";
import { Page } from "../parts/page";
import { say } from "../words/say";

export function Broken({ missing = false }: { missing?: boolean }) {
  const error = useRouteError();
  if (missing) {
    return (
      <Page title={say("frame.noSuchPage")}>
        <Nothing
          title={say("frame.noPageHere")}
          actions={<Link to="/registries">{say("frame.goToRegistries")}</Link>}
        >
          {say("frame.mistyped")}
        </Nothing>
      </Page>
    );
  }
  return (
    <Page title={say("frame.pageFailed")}>
      <Failure error={error} what={say("frame.thisPage")} />
      <div>
        <Button variant="secondary" onClick={() => location.reload()}>
          {say("frame.loadAgain")}
        </Button>
      </div>
    </Page>
  );
}
