// From page to page of a list. The page is in the address: Back goes back.
import { Button } from "@patternfly/react-core";

import { say } from "../words/say";
import { useView } from "./search";

export function Pager({ next, name = "after" }: { next?: string | undefined; name?: string }) {
  const view = useView();
  const later = view.of(name) !== "";
  if (!next && !later) return null;
  return (
    <nav className="row" aria-label={say("parts.pages")}>
      <Button variant="secondary" isDisabled={!later} onClick={() => view.change({ [name]: "" })}>
        {say("parts.firstPage")}
      </Button>
      <Button
        variant="secondary"
        isDisabled={!next}
        onClick={() => view.change({ [name]: next ?? "" })}
      >
        {say("parts.nextPage")}
      </Button>
    </nav>
  );
}
