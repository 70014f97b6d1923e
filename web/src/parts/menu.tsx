// A menu below a button. It takes the focus when it opens and gives it back when it closes.
import { Dropdown, DropdownList, MenuToggle, type MenuToggleProps } from "@patternfly/react-core";
import { useState, type ReactNode } from "react";

interface Props {
  toggle: Omit<MenuToggleProps, "ref" | "onClick" | "isExpanded">;
  /** DropdownItems. */
  children: ReactNode;
}

export function Menu({ toggle, children }: Props) {
  const [open, setOpen] = useState(false);
  return (
    <Dropdown
      isOpen={open}
      onOpenChange={setOpen}
      onSelect={() => setOpen(false)}
      popperProps={{ position: "end" }}
      shouldFocusFirstItemOnOpen
      shouldFocusToggleOnSelect
      toggle={(ref) => (
        <MenuToggle {...toggle} ref={ref} isExpanded={open} onClick={() => setOpen(!open)} />
      )}
    >
      <DropdownList>{children}</DropdownList>
    </Dropdown>
  );
}
