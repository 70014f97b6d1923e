// Short messages about what went well, or what happened in the background. Errors of a form stay
// with the form.
import { Alert, AlertActionCloseButton, AlertGroup } from "@patternfly/react-core";
import { useSyncExternalStore } from "react";

interface Toast {
  id: number;
  variant: "success" | "info" | "danger";
  title: string;
  detail?: string;
}

let toasts: Toast[] = [];
let last = 0;
const listeners = new Set<() => void>();

function set(next: Toast[]) {
  toasts = next;
  listeners.forEach((listener) => listener());
}

const remove = (id: number) => set(toasts.filter((toast) => toast.id !== id));

export function toast(variant: Toast["variant"], title: string, detail?: string) {
  const id = ++last;
  set([
    ...toasts.slice(-3),
    detail === undefined ? { id, variant, title } : { id, variant, title, detail },
  ]);
  if (variant !== "danger") setTimeout(() => remove(id), 8_000);
}

export function Toasts() {
  const shown = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => toasts,
  );
  return (
    <AlertGroup hasAnimations={false} isToast isLiveRegion>
      {shown.map((item) => (
        <Alert
          key={item.id}
          variant={item.variant}
          title={item.title}
          actionClose={
            <AlertActionCloseButton title={item.title} onClose={() => remove(item.id)} />
          }
        >
          {item.detail}
        </Alert>
      ))}
    </AlertGroup>
  );
}
