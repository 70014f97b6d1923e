// Icons whose module names do not fit a line with their own.
export {
  default as WarningIcon, // prettier-ignore
} from "@patternfly/react-icons/dist/esm/icons/exclamation-triangle-icon";
