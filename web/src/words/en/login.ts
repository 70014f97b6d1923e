export const login = {
  "login.logIn": "Log in",
  "login.lead": "One door to all of your OCI registries.",
  "login.register": "Register a registry and see, step by step, that it works",
  "login.browse": "Browse images, charts and artifacts wherever they are",
  "login.push": "Push and pull here, with the clients you have",
  "login.wrong": "The user name or the password is wrong.",
  "login.didNotWork": "That did not work. Try again.",
} as const;
