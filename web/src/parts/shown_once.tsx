// A secret that was just made, shown this once: no way around seeing it.
import { Alert, Button, Modal, ModalBody, ModalFooter, ModalHeader } from "@patternfly/react-core";

import { say } from "../words/say";
import { Code } from "./small";

interface Props {
  id: string;
  title: string;
  warning: string;
  secret: string;
  /** Of the secret, for the button that copies it. */
  what: string;
  onClose: () => void;
}

export function ShownOnce({ id, title, warning, secret, what, onClose }: Props) {
  return (
    <Modal variant="small" isOpen onClose={onClose} aria-labelledby={`${id}-title`}>
      <ModalHeader title={title} labelId={`${id}-title`} />
      <ModalBody>
        <div className="stack">
          <Alert isInline variant="warning" title={warning} />
          <Code text={secret} what={what} />
        </div>
      </ModalBody>
      <ModalFooter>
        <Button onClick={onClose}>{say("settings.haveKept")}</Button>
      </ModalFooter>
    </Modal>
  );
}
