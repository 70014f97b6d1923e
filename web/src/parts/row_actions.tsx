// The menu of a row: what can be done to the thing that it shows.
import { Divider, Dropdown, DropdownItem, DropdownList, MenuToggle } from "@patternfly/react-core";
import EllipsisVIcon from "@patternfly/react-icons/dist/esm/icons/ellipsis-v-icon";
import { Fragment, useState } from "react";

import { say } from "../words/say";

export interface RowAction {
  text: string;
  onClick: () => void;
  /** Takes something away: stands last, apart from the others. */
  danger?: boolean;
}

export function RowActions({ name, actions }: { name: string; actions: RowAction[] }) {
  const [open, setOpen] = useState(false);
  return (
    <Dropdown
      isOpen={open}
      onOpenChange={setOpen}
      onSelect={() => setOpen(false)}
      popperProps={{ position: "end" }}
      toggle={(ref) => (
        <MenuToggle
          ref={ref}
          variant="plain"
          aria-label={say("people.actionsFor", { name })}
          isExpanded={open}
          onClick={() => setOpen(!open)}
          icon={<EllipsisVIcon />}
        />
      )}
    >
      <DropdownList>
        {actions.map((action) => (
          <Fragment key={action.text}>
            {action.danger && <Divider component="li" />}
            <DropdownItem isDanger={action.danger ?? false} onClick={action.onClick}>
              {action.text}
            </DropdownItem>
          </Fragment>
        ))}
      </DropdownList>
    </Dropdown>
  );
}
