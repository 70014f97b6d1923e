// The menu of a row: what can be done to the thing that it shows.
import { Divider, DropdownItem } from "@patternfly/react-core";
import EllipsisVIcon from "@patternfly/react-icons/dist/esm/icons/ellipsis-v-icon";
import { Fragment } from "react";

import { say } from "../words/say";
import { Menu } from "./menu";

export interface RowAction {
  text: string;
  onClick: () => void;
  /** Takes something away: stands last, apart from the others. */
  danger?: boolean;
}

export function RowActions({ name, actions }: { name: string; actions: RowAction[] }) {
  const label = say("people.actionsFor", { name });
  return (
    <Menu toggle={{ variant: "plain", icon: <EllipsisVIcon />, "aria-label": label }}>
      {actions.map((action) => (
        <Fragment key={action.text}>
          {action.danger && <Divider component="li" />}
          <DropdownItem isDanger={action.danger ?? false} onClick={action.onClick}>
            {action.text}
          </DropdownItem>
        </Fragment>
      ))}
    </Menu>
  );
}
