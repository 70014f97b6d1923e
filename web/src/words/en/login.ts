export const login = {
  "login.logIn": "Log in",
  "login.lead": "One door to all of your OCI registries.",
  "login.register": "Register a registry and see, step by step, that it works",
  "login.browse": "Browse images, charts and artifacts wherever they are",
  "login.push": "Push and pull here, with the clients you have",
  "login.wrong": "The user name or the password is wrong.",
  "login.didNotWork": "That did not work. Try again.",

  "login.or": "or",
  "login.signInWith": "Sign in with {label}",
  "login.failedWith": "Signing in with {label} did not work",
  "login.failed": "Signing in did not work",
  "login.denied": "The sign-in was cancelled or refused there.",
  "login.stale":
    "This sign-in was begun too long ago, or in another browser. Start it again.",
  "login.unreachable": "It cannot be reached from this server right now. Try again in a while.",
  "login.broken":
    "It answered something that makes no sense. An administrator has to look at it.",
  "login.refused":
    "It does not accept this server. An administrator has to look at the settings.",
  "login.untrusted": "Its answer could not be verified, so it was not used.",
  "login.audience":
    "Its answer was meant for another application. An administrator has to look at it.",
  "login.clock":
    "Its clock and this server's differ too much. An administrator has to set them.",
  "login.busy": "Too many people are signing in at once. Try again in a moment.",
  "login.notMapped":
    "You are known there, but none of your groups has a role here. Ask an administrator.",
  "login.noName": "It does not say what your user name is. An administrator has to look at it.",
  "login.nameTaken": "Your user name belongs to somebody else here. Ask an administrator.",
  "login.disabled": "Your account here is disabled. Ask an administrator.",
  "login.lastAdmin": "You are the last administrator here, and your groups would end that.",
  "login.unknown": "That did not work. An administrator finds the reason in the log.",
} as const;
