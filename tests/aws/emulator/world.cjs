// The state of the emulated AWS, filled from a JSON file; changed by the tests through /_emulator.
"use strict";

class World {
  constructor(data) {
    this.offset = 0; // AWS's clock minus the machine's, in seconds
    this.principals = new Map();
    for (const each of data.principals || [])
      this.principals.set(each.accessKeyId, { policies: [], userId: "AIDAEXAMPLE", ...each });
    this.roles = new Map((data.roles || []).map((role) => [role.arn, { policies: [], ...role }]));
    this.webTokens = new Map((data.webTokens || []).map((each) => [each.token, each]));
    this.repositories = new Map(Object.entries(data.repositories || {})
      .map(([place, all]) => [place, new Map(Object.entries(all))]));
    this.rules = new Map(Object.entries(data.rules || {}));
    this.passwords = new Map();
    this.counts = {};
    this.throttle = {}; // operation: so many refusals to come
    this.stores = {}; // region: URL of a docker-registry
    this.off = []; // regions that the account has not enabled
    this.dark = []; // regions whose names answer nobody any more
    this.silent = []; // regions that take connections and answer nothing on them
    this.endTokensAfter = 0; // so many requests to registries from now; 0: never
    this.seen = []; // every request: host, method, path, its credentials and those that are misplaced
  }

  now() { return Date.now() / 1000 + this.offset; }
  count(service, operation) {
    const key = `${service} ${operation}`;
    this.counts[key] = (this.counts[key] || 0) + 1;
  }
  /** True if this call is to be refused as one too many. */
  throttles(operation) {
    if (!this.throttle[operation]) return false;
    this.throttle[operation] -= 1;
    return true;
  }
  /** Rules, mutability, and what became of single images: {region, account, repository, tag, …}. */
  changeContent(what) {
    for (const [place, rules] of Object.entries(what.rules || {})) this.rules.set(place, rules);
    for (const { region, account, repository, ...rest } of what.settings || [])
      Object.assign(this.repositories.get(`${region} ${account}`).get(repository), rest);
    for (const { region, account, repository, tag, ...rest } of what.images || []) {
      const { images } = this.repositories.get(`${region} ${account}`).get(repository);
      Object.assign(images.find((image) => image.tags.includes(tag)), rest);
    }
  }
  endTokens() { for (const each of this.passwords.values()) each.expires = 0; }
  /** Before the request is answered: in the middle of whatever the client is about. */
  isAsked(host) {
    if (!this.endTokensAfter || !host.includes(".dkr.ecr.")) return;
    this.endTokensAfter -= 1;
    if (this.endTokensAfter === 0) this.endTokens();
  }
  change(what) {
    for (const name of ["off", "dark", "silent"]) if (what[name]) this[name] = what[name];
    if (what.offset !== undefined) this.offset = what.offset;
    Object.assign(this.throttle, what.throttle || {});
    if (what.forget) this.counts = {};
    if (what.endTokens) this.endTokens();
    if (what.endTokensAfter) this.endTokensAfter = what.endTokensAfter;
    for (const role of what.roles || []) this.roles.set(role.arn, { policies: [], ...role });
    for (const { accessKeyId, ...rest } of what.principals || [])
      this.principals.set(accessKeyId, { accessKeyId, policies: [], userId: "AIDAEXAMPLE", ...rest });
  }
}

module.exports = { World };
