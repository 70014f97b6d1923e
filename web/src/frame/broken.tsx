// What is shown for an address without a page, and for a page that failed.
import { Button } from "@patternfly/react-core";
import { Link, useRouteError } from "react-router-dom";

import { Failure, Nothing } from "../parts/states";
import { Page } from "../parts/page";

export function Broken({ missing = false }: { inside?: boolean; missing?: boolean }) {
  const error = useRouteError();
  if (missing) {
    return (
      <Page title="No such page">
        <Nothing
          title="There is no page at this address"
          actions={<Link to="/registries">Go to Registries</Link>}
        >
          The address may be mistyped, or from another version of Berth.
        </Nothing>
      </Page>
    );
  }
  return (
    <Page title="This page failed">
      <Failure error={error} what="This page" />
      <div>
        <Button variant="secondary" onClick={() => location.reload()}>
          Load it again
        </Button>
      </div>
    </Page>
  );
}
