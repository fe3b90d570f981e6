/** Made of GET /v1/openapi.json by test/api-description.test.ts. Not to be edited. */

export interface paths {
  "/v1/openapi.json": {
    /**
     * This description.
     * @description Needs no token.
     */
    get: operations["getDescription"];
  };
  "/v1/health": {
    /**
     * Whether the host serves.
     * @description Needs no token.
     */
    get: operations["getHealth"];
  };
  "/v1/runtimes": {
    /**
     * The host's runtimes.
     * @description Any valid token.
     */
    get: operations["listRuntimes"];
  };
  "/v1/usage": {
    /**
     * What the tenants have used since the host's start, and how full the host is.
     * @description The operator's token.
     */
    get: operations["getUsage"];
  };
  "/v1/tenants/{name}/usage": {
    /**
     * What a tenant has used since the host's start.
     * @description A token of the tenant, or the operator's.
     */
    get: operations["getTenantUsage"];
  };
  "/v1/hostnames/check": {
    /**
     * Whether a hostname is one of a tenant's, for proxies that get certificates on demand.
     * @description Needs no token.
     */
    get: operations["checkHostname"];
  };
  "/v1/tenants": {
    /**
     * Tenants by name.
     * @description The operator's token.
     */
    get: operations["listTenants"];
    /**
     * Creates a tenant.
     * @description The operator's token.
     */
    post: operations["createTenant"];
  };
  "/v1/tenants/{name}": {
    /**
     * One tenant.
     * @description A token of the tenant, or the operator's.
     */
    get: operations["getTenant"];
    /**
     * Deletes a tenant with all that is its own.
     * @description The operator's token.
     */
    delete: operations["deleteTenant"];
  };
  "/v1/tenants/{name}/parking": {
    /**
     * Serves a tenant again that was parked, and forgets why it was.
     * @description The operator's token.
     */
    delete: operations["unparkTenant"];
  };
  "/v1/tenants/{name}/hostnames": {
    /**
     * Replaces all custom hostnames.
     * @description A token of the tenant, or the operator's.
     */
    put: operations["setHostnames"];
  };
  "/v1/tenants/{name}/settings": {
    /**
     * Sets limits (as a whole), isolation and group. Fields that are not given stay.
     * @description The operator's token.
     */
    put: operations["setSettings"];
  };
  "/v1/tenants/{name}/versions": {
    /**
     * Versions, newest first.
     * @description A token of the tenant, or the operator's.
     */
    get: operations["listVersions"];
    /**
     * Uploads a component or a WASI command as a new version.
     * @description A token of the tenant, or the operator's.
     */
    post: operations["uploadVersion"];
  };
  "/v1/tenants/{name}/versions/{id}": {
    /**
     * One version.
     * @description A token of the tenant, or the operator's.
     */
    get: operations["getVersion"];
    /**
     * Deletes a version that is not active.
     * @description A token of the tenant, or the operator's.
     */
    delete: operations["deleteVersion"];
  };
  "/v1/tenants/{name}/versions/{id}/activate": {
    /**
     * Serves this version from now on.
     * @description A token of the tenant, or the operator's.
     */
    post: operations["activateVersion"];
  };
  "/v1/tenants/{name}/rollback": {
    /**
     * Serves the version that was active before. A second call serves the one before that.
     * @description A token of the tenant, or the operator's.
     */
    post: operations["rollback"];
  };
  "/v1/tenants/{name}/assets": {
    /**
     * Names the static files of a version to come; answers which of them the host lacks.
     * @description A token of the tenant, or the operator's.
     */
    post: operations["stageAssets"];
  };
  "/v1/tenants/{name}/assets/files": {
    /**
     * Sends static files: of each its length (u32, little-endian) and its bytes.
     * @description A token of the tenant, or the operator's.
     */
    post: operations["putAssets"];
  };
  "/v1/tenants/{name}/rollout": {
    /**
     * The rollout under way; null where all visitors get the active version.
     * @description A token of the tenant, or the operator's.
     */
    get: operations["getRollout"];
    /**
     * Gives a version a share of the visitors, from the next request on. Activating any version ends the rollout.
     * @description A token of the tenant, or the operator's.
     */
    put: operations["setRollout"];
    /**
     * Ends the rollout: all visitors get the active version.
     * @description A token of the tenant, or the operator's.
     */
    delete: operations["endRollout"];
  };
  "/v1/tenants/{name}/secrets": {
    /**
     * The names of the tenant's secrets, and when they were set.
     * @description A token of the tenant, or the operator's.
     */
    get: operations["listSecrets"];
  };
  "/v1/tenants/{name}/secrets/{secret}": {
    /**
     * Sets a secret, for the tenant's next request.
     * @description A token of the tenant, or the operator's.
     */
    put: operations["putSecret"];
    /**
     * Deletes a secret.
     * @description A token of the tenant, or the operator's.
     */
    delete: operations["deleteSecret"];
  };
  "/v1/secrets/rotate": {
    /**
     * Encrypts the secrets of all tenants with a new key, and removes the old ones.
     * @description The operator's token.
     */
    post: operations["rotateSecretKey"];
  };
  "/v1/tenants/{name}/logs": {
    /**
     * Lines of a tenant's log, oldest first: the last ones, or those before or after a place in it.
     * @description A token of the tenant, or the operator's.
     */
    get: operations["readLogs"];
  };
  "/v1/tenants/{name}/tail": {
    /**
     * Streams a tenant's log lines from now on, one JSON document a line.
     * @description A token of the tenant, or the operator's.
     */
    get: operations["tailLogs"];
  };
  "/v1/tenants/{name}/crons": {
    /**
     * The crons of the active version, with their last runs and the next.
     * @description A token of the tenant, or the operator's.
     */
    get: operations["listCrons"];
  };
  "/v1/tokens": {
    /**
     * Tokens, oldest first.
     * @description The operator's token.
     */
    get: operations["listTokens"];
    /**
     * Makes a token. The answer is the only one that shows it.
     * @description The operator's token.
     */
    post: operations["createToken"];
  };
  "/v1/tokens/{id}": {
    /**
     * Voids a token from the next request on, and ends live views that it has opened.
     * @description The operator's token.
     */
    delete: operations["deleteToken"];
  };
  "/v1/token": {
    /**
     * The token in use.
     * @description Any valid token.
     */
    get: operations["getToken"];
  };
  "/v1/audit": {
    /**
     * Changes by the admin API, newest first.
     * @description The operator's token.
     */
    get: operations["listAudit"];
  };
  "/v1/tenants/{name}/kv": {
    /**
     * The tenant's KV namespaces with their usage and grants, and those granted to it.
     * @description A token of the tenant, or the operator's.
     */
    get: operations["listKvNamespaces"];
  };
  "/v1/tenants/{name}/kv/{namespace}": {
    /**
     * One namespace.
     * @description A token of the tenant, or the operator's.
     */
    get: operations["getKvNamespace"];
    /**
     * Makes a namespace if it does not exist yet.
     * @description A token of the tenant, or the operator's.
     */
    put: operations["createKvNamespace"];
    /**
     * Deletes a namespace with all its keys.
     * @description A token of the tenant, or the operator's.
     */
    delete: operations["deleteKvNamespace"];
  };
  "/v1/tenants/{name}/kv/{namespace}/keys": {
    /**
     * Keys in the order of their bytes, with metadata, without values.
     * @description A token of the tenant, or the operator's.
     */
    get: operations["listKvKeys"];
  };
  "/v1/tenants/{name}/kv/{namespace}/grants/{tenant}": {
    /**
     * Lets another tenant read a namespace, or read and write.
     * @description A token of the tenant, or the operator's.
     */
    put: operations["grantKvNamespace"];
    /**
     * Takes a grant back.
     * @description A token of the tenant, or the operator's.
     */
    delete: operations["revokeKvNamespace"];
  };
  "/v1/tenants/{name}/kv/{namespace}/values/{key}": {
    /**
     * A value. ETag is its revision; Plinth-KV-Metadata and Plinth-KV-Expiration are there if it has them.
     * @description A token of the tenant, or the operator's.
     */
    get: operations["getKvValue"];
    /**
     * Writes a value. The body is its bytes, whatever its type.
     * @description A token of the tenant, or the operator's.
     */
    put: operations["putKvValue"];
    /**
     * Deletes a key. A key without a value is no error.
     * @description A token of the tenant, or the operator's.
     */
    delete: operations["deleteKvValue"];
  };
  "/v1/tenants/{name}/kv/{namespace}/bulk": {
    /**
     * Writes many keys, all or none of them.
     * @description A token of the tenant, or the operator's.
     */
    post: operations["putKvBulk"];
  };
  "/v1/tenants/{name}/kv/{namespace}/bulk/delete": {
    /**
     * Deletes many keys. A key without a value is no error.
     * @description A token of the tenant, or the operator's.
     */
    post: operations["deleteKvBulk"];
  };
}

export type webhooks = Record<string, never>;

export interface components {
  schemas: {
    Tenant: {
      name: string;
      hostnames: string[];
      /** Format: date-time */
      createdAt: string;
      activeVersion: number | null;
      limits: {
        memoryLimitBytes?: number;
        cpuMs?: number;
        cpuWeight?: number;
        wallMs?: number;
        responseBodyLimitBytes?: number;
        tenantConcurrency?: number;
        waitingMemoryLimitBytes?: number;
        operationLimit?: number;
        logLimitBytes?: number;
        fetchTimeoutMs?: number;
        fetchLimit?: number;
        fetchRequestConcurrency?: number;
        fetchConcurrency?: number;
        fetchBodyLimitBytes?: number;
        fetchMemoryLimitBytes?: number;
        kvStorageMib?: number;
        versionCount?: number;
        versionStorageMib?: number;
        assetCount?: number;
        assetLimitBytes?: number;
        assetTotalMib?: number;
      };
      /** @enum {unknown} */
      isolation: "request" | "reuse";
      group: string | null;
      parked: {
        /** Format: date-time */
        until: string;
        reason: string;
      } | null;
      rollout: {
        version: number;
        percent: number;
      } | null;
      url: string | null;
    };
    Version: {
      tenant: string;
      id: number;
      /** Format: date-time */
      createdAt: string;
      /** @enum {unknown} */
      kind: "slim" | "static" | "wasi";
      runtime: string | null;
      runtimeIntegrity: string | null;
      /** @description SHA-256 of the upload */
      component: string;
      uploadBytes: number;
      /** @description the run-time part of its manifest */
      config: {
        [key: string]: unknown;
      };
      active: boolean;
      url: string | null;
    };
    NewVersion: {
      tenant: string;
      id: number;
      /** Format: date-time */
      createdAt: string;
      /** @enum {unknown} */
      kind: "slim" | "static" | "wasi";
      runtime: string | null;
      runtimeIntegrity: string | null;
      /** @description SHA-256 of the upload */
      component: string;
      uploadBytes: number;
      /** @description the run-time part of its manifest */
      config: {
        [key: string]: unknown;
      };
      active: boolean;
      url: string | null;
      /** @description warnings that the program's start-up has logged */
      warnings: string[];
    };
    Token: {
      id: string;
      label: string;
      /** @enum {unknown} */
      scope: "operator" | "tenant";
      tenant: string | null;
      /** Format: date-time */
      createdAt: string;
      expiresAt: string | null;
      lastUsedAt: string | null;
    };
    NewToken: {
      id: string;
      label: string;
      /** @enum {unknown} */
      scope: "operator" | "tenant";
      tenant: string | null;
      /** Format: date-time */
      createdAt: string;
      expiresAt: string | null;
      lastUsedAt: string | null;
      /** @description shown this once */
      token: string;
    };
    AuditEntry: {
      id: number;
      /** Format: date-time */
      time: string;
      token: {
        id: string;
        label: string;
      };
      action: string;
      tenant: string | null;
      target: string | null;
      /** @description done, or an error's code */
      outcome: string;
      request: string;
    };
    LogLine: {
      /** @description ms since the epoch */
      time: number;
      /** @enum {unknown} */
      level: "debug" | "info" | "warn" | "error";
      /** @enum {unknown} */
      source: "console" | "output" | "host" | "request";
      version: number | null;
      request: string | null;
      message: string;
    };
    Cron: {
      cron: string;
      nextRun: number | null;
      lastRun: number | null;
      lastOutcome: string | null;
      lastMs: number | null;
      /** @description times that led to no run */
      missed: number;
    };
    /** @description docs/reference/errors.md lists the codes */
    Error: {
      error: {
        code: string;
        message: string;
        [key: string]: unknown;
      };
    };
  };
  responses: never;
  parameters: never;
  requestBodies: never;
  headers: never;
  pathItems: never;
}

export type $defs = Record<string, never>;

export type external = Record<string, never>;

export interface operations {

  /**
   * This description.
   * @description Needs no token.
   */
  getDescription: {
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": Record<string, never>;
        };
      };
      /** @description An error. */
      default: {
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
    };
  };
  /**
   * Whether the host serves.
   * @description Needs no token.
   */
  getHealth: {
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": {
            /** @enum {string} */
            status: "ok";
            version: string;
            ingress: string | null;
            domain: string;
            groups: (({
                name: string;
                /** @enum {unknown} */
                state: "running" | "starting";
                /** @description how often its process has ended by itself */
                restarts: number;
                lastStartMs: number | null;
              })[]) | null;
          };
        };
      };
      /** @description An error. */
      default: {
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
    };
  };
  /**
   * The host's runtimes.
   * @description Any valid token.
   */
  listRuntimes: {
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": {
            runtimes: {
                name: string;
                version: string;
                integrity: string;
              }[];
          };
        };
      };
      /** @description An error. */
      default: {
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
    };
  };
  /**
   * What the tenants have used since the host's start, and how full the host is.
   * @description The operator's token.
   */
  getUsage: {
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": {
            host: {
              workers: {
                used: number;
                limit: number;
              };
              queue: {
                used: number;
                limit: number;
              };
              heldBytes: {
                used: number;
                limit: number;
              };
              connections: {
                used: number;
                limit: number;
              };
              rssBytes: number;
              cpuMs: number;
            };
            tenants: {
                tenant: string;
                /** @description by the first digit of their status, from 0 */
                answers: number[];
                errors: {
                  [key: string]: number;
                };
                calls: {
                  [key: string]: number;
                };
                wallMs: number;
                cpuMs: number;
                steps: number;
                waitMs: number;
                switchMs: number;
                coldSteps: number;
                kvReads: number;
                heldBytes: number;
              }[];
          };
        };
      };
      /** @description An error. */
      default: {
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
    };
  };
  /**
   * What a tenant has used since the host's start.
   * @description A token of the tenant, or the operator's.
   */
  getTenantUsage: {
    parameters: {
      path: {
        /** @description the tenant */
        name: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": {
            tenant: string;
            /** @description by the first digit of their status, from 0 */
            answers: number[];
            errors: {
              [key: string]: number;
            };
            calls: {
              [key: string]: number;
            };
            wallMs: number;
            cpuMs: number;
            steps: number;
            waitMs: number;
            switchMs: number;
            coldSteps: number;
            kvReads: number;
            heldBytes: number;
          };
        };
      };
      /** @description An error. */
      default: {
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
    };
  };
  /**
   * Whether a hostname is one of a tenant's, for proxies that get certificates on demand.
   * @description Needs no token.
   */
  checkHostname: {
    parameters: {
      query: {
        domain: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": {
            hostname: string;
          };
        };
      };
      /** @description An error. */
      default: {
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
    };
  };
  /**
   * Tenants by name.
   * @description The operator's token.
   */
  listTenants: {
    parameters: {
      query?: {
        limit?: string;
        after?: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": {
            tenants: components["schemas"]["Tenant"][];
            next: string | null;
          };
        };
      };
      /** @description An error. */
      default: {
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
    };
  };
  /**
   * Creates a tenant.
   * @description The operator's token.
   */
  createTenant: {
    requestBody: {
      content: {
        "application/json": {
          name: string;
          hostnames?: string[];
          limits?: {
            memoryLimitBytes?: number;
            cpuMs?: number;
            cpuWeight?: number;
            wallMs?: number;
            responseBodyLimitBytes?: number;
            tenantConcurrency?: number;
            waitingMemoryLimitBytes?: number;
            operationLimit?: number;
            logLimitBytes?: number;
            fetchTimeoutMs?: number;
            fetchLimit?: number;
            fetchRequestConcurrency?: number;
            fetchConcurrency?: number;
            fetchBodyLimitBytes?: number;
            fetchMemoryLimitBytes?: number;
            kvStorageMib?: number;
            versionCount?: number;
            versionStorageMib?: number;
            assetCount?: number;
            assetLimitBytes?: number;
            assetTotalMib?: number;
          };
          /** @enum {unknown} */
          isolation?: "request" | "reuse";
          group?: string | null;
        };
      };
    };
    responses: {
      /** @description Default Response */
      201: {
        content: {
          "application/json": components["schemas"]["Tenant"];
        };
      };
      /** @description An error. */
      default: {
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
    };
  };
  /**
   * One tenant.
   * @description A token of the tenant, or the operator's.
   */
  getTenant: {
    parameters: {
      path: {
        /** @description the tenant */
        name: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": components["schemas"]["Tenant"];
        };
      };
      /** @description An error. */
      default: {
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
    };
  };
  /**
   * Deletes a tenant with all that is its own.
   * @description The operator's token.
   */
  deleteTenant: {
    parameters: {
      query?: {
        unused?: "true" | "false";
      };
      path: {
        /** @description the tenant */
        name: string;
      };
    };
    responses: {
      /** @description Default Response */
      204: {
        content: never;
      };
      /** @description An error. */
      default: {
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
    };
  };
  /**
   * Serves a tenant again that was parked, and forgets why it was.
   * @description The operator's token.
   */
  unparkTenant: {
    parameters: {
      path: {
        /** @description the tenant */
        name: string;
      };
    };
    responses: {
      /** @description Default Response */
      204: {
        content: never;
      };
      /** @description An error. */
      default: {
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
    };
  };
  /**
   * Replaces all custom hostnames.
   * @description A token of the tenant, or the operator's.
   */
  setHostnames: {
    parameters: {
      path: {
        /** @description the tenant */
        name: string;
      };
    };
    requestBody: {
      content: {
        "application/json": {
          hostnames: string[];
        };
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": components["schemas"]["Tenant"];
        };
      };
      /** @description An error. */
      default: {
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
    };
  };
  /**
   * Sets limits (as a whole), isolation and group. Fields that are not given stay.
   * @description The operator's token.
   */
  setSettings: {
    parameters: {
      path: {
        /** @description the tenant */
        name: string;
      };
    };
    requestBody: {
      content: {
        "application/json": {
          limits?: {
            memoryLimitBytes?: number;
            cpuMs?: number;
            cpuWeight?: number;
            wallMs?: number;
            responseBodyLimitBytes?: number;
            tenantConcurrency?: number;
            waitingMemoryLimitBytes?: number;
            operationLimit?: number;
            logLimitBytes?: number;
            fetchTimeoutMs?: number;
            fetchLimit?: number;
            fetchRequestConcurrency?: number;
            fetchConcurrency?: number;
            fetchBodyLimitBytes?: number;
            fetchMemoryLimitBytes?: number;
            kvStorageMib?: number;
            versionCount?: number;
            versionStorageMib?: number;
            assetCount?: number;
            assetLimitBytes?: number;
            assetTotalMib?: number;
          };
          /** @enum {unknown} */
          isolation?: "request" | "reuse";
          group?: string | null;
        };
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": components["schemas"]["Tenant"];
        };
      };
      /** @description An error. */
      default: {
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
    };
  };
  /**
   * Versions, newest first.
   * @description A token of the tenant, or the operator's.
   */
  listVersions: {
    parameters: {
      query?: {
        limit?: string;
        after?: string;
      };
      path: {
        /** @description the tenant */
        name: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": {
            versions: components["schemas"]["Version"][];
            next: string | null;
          };
        };
      };
      /** @description An error. */
      default: {
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
    };
  };
  /**
   * Uploads a component or a WASI command as a new version.
   * @description A token of the tenant, or the operator's.
   */
  uploadVersion: {
    parameters: {
      query?: {
        activate?: "true" | "false";
        /** @description the list of the version's static files (stageAssets) */
        assets?: string;
      };
      path: {
        /** @description the tenant */
        name: string;
      };
    };
    requestBody: {
      content: {
        "application/wasm": string;
      };
    };
    responses: {
      /** @description Default Response */
      201: {
        content: {
          "application/json": components["schemas"]["NewVersion"];
        };
      };
      /** @description An error. */
      default: {
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
    };
  };
  /**
   * One version.
   * @description A token of the tenant, or the operator's.
   */
  getVersion: {
    parameters: {
      path: {
        /** @description the tenant */
        name: string;
        id: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": components["schemas"]["Version"];
        };
      };
      /** @description An error. */
      default: {
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
    };
  };
  /**
   * Deletes a version that is not active.
   * @description A token of the tenant, or the operator's.
   */
  deleteVersion: {
    parameters: {
      path: {
        /** @description the tenant */
        name: string;
        id: string;
      };
    };
    responses: {
      /** @description Default Response */
      204: {
        content: never;
      };
      /** @description An error. */
      default: {
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
    };
  };
  /**
   * Serves this version from now on.
   * @description A token of the tenant, or the operator's.
   */
  activateVersion: {
    parameters: {
      path: {
        /** @description the tenant */
        name: string;
        id: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": components["schemas"]["Version"];
        };
      };
      /** @description An error. */
      default: {
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
    };
  };
  /**
   * Serves the version that was active before. A second call serves the one before that.
   * @description A token of the tenant, or the operator's.
   */
  rollback: {
    parameters: {
      path: {
        /** @description the tenant */
        name: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": components["schemas"]["Version"];
        };
      };
      /** @description An error. */
      default: {
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
    };
  };
  /**
   * Names the static files of a version to come; answers which of them the host lacks.
   * @description A token of the tenant, or the operator's.
   */
  stageAssets: {
    parameters: {
      path: {
        /** @description the tenant */
        name: string;
      };
    };
    requestBody: {
      content: {
        "application/json": {
          files: {
              /** @description in the site, such as "/css/main.css" */
              path: string;
              /** @description SHA-256 of the file */
              hash: string;
              bytes: number;
            }[];
        };
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": {
            /** @description names the list in the version's upload */
            list: string;
            /** @description hashes of the files to send */
            missing: string[];
          };
        };
      };
      /** @description An error. */
      default: {
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
    };
  };
  /**
   * Sends static files: of each its length (u32, little-endian) and its bytes.
   * @description A token of the tenant, or the operator's.
   */
  putAssets: {
    parameters: {
      path: {
        /** @description the tenant */
        name: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": {
            /** @description number of files */
            files: number;
          };
        };
      };
      /** @description An error. */
      default: {
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
    };
  };
  /**
   * The rollout under way; null where all visitors get the active version.
   * @description A token of the tenant, or the operator's.
   */
  getRollout: {
    parameters: {
      path: {
        /** @description the tenant */
        name: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": {
            rollout: {
              /** @description not the active one */
              version: number;
              /** @description share of the visitors */
              percent: number;
            } | null;
          };
        };
      };
      /** @description An error. */
      default: {
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
    };
  };
  /**
   * Gives a version a share of the visitors, from the next request on. Activating any version ends the rollout.
   * @description A token of the tenant, or the operator's.
   */
  setRollout: {
    parameters: {
      path: {
        /** @description the tenant */
        name: string;
      };
    };
    requestBody: {
      content: {
        "application/json": {
          /** @description not the active one */
          version: number;
          /** @description share of the visitors */
          percent: number;
        };
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": {
            rollout: {
              /** @description not the active one */
              version: number;
              /** @description share of the visitors */
              percent: number;
            } | null;
          };
        };
      };
      /** @description An error. */
      default: {
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
    };
  };
  /**
   * Ends the rollout: all visitors get the active version.
   * @description A token of the tenant, or the operator's.
   */
  endRollout: {
    parameters: {
      path: {
        /** @description the tenant */
        name: string;
      };
    };
    responses: {
      /** @description Default Response */
      204: {
        content: never;
      };
      /** @description An error. */
      default: {
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
    };
  };
  /**
   * The names of the tenant's secrets, and when they were set.
   * @description A token of the tenant, or the operator's.
   */
  listSecrets: {
    parameters: {
      path: {
        /** @description the tenant */
        name: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": {
            secrets: {
                name: string;
                /** Format: date-time */
                updatedAt: string;
              }[];
          };
        };
      };
      /** @description An error. */
      default: {
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
    };
  };
  /**
   * Sets a secret, for the tenant's next request.
   * @description A token of the tenant, or the operator's.
   */
  putSecret: {
    parameters: {
      path: {
        /** @description the tenant */
        name: string;
        /** @description the secret's name */
        secret: string;
      };
    };
    requestBody: {
      content: {
        "application/json": {
          value: string;
        };
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": {
            name: string;
            /** Format: date-time */
            updatedAt: string;
          };
        };
      };
      /** @description An error. */
      default: {
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
    };
  };
  /**
   * Deletes a secret.
   * @description A token of the tenant, or the operator's.
   */
  deleteSecret: {
    parameters: {
      path: {
        /** @description the tenant */
        name: string;
        /** @description the secret's name */
        secret: string;
      };
    };
    responses: {
      /** @description Default Response */
      204: {
        content: never;
      };
      /** @description An error. */
      default: {
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
    };
  };
  /**
   * Encrypts the secrets of all tenants with a new key, and removes the old ones.
   * @description The operator's token.
   */
  rotateSecretKey: {
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": {
            /** @description id of the new key */
            key: string;
            /** @description secrets that are encrypted with it now */
            resealed: number;
            /** @description secrets left as they were: the host does not have their key */
            unreadable: number;
          };
        };
      };
      /** @description An error. */
      default: {
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
    };
  };
  /**
   * Lines of a tenant's log, oldest first: the last ones, or those before or after a place in it.
   * @description A token of the tenant, or the operator's.
   */
  readLogs: {
    parameters: {
      query?: {
        /** @description lines of this level and above */
        level?: "debug" | "info" | "warn" | "error";
        /** @description lines with this text, in upper or lower case */
        search?: string;
        /** @description ms since the epoch */
        since?: string;
        /** @description ms since the epoch */
        until?: string;
        before?: string;
        after?: string;
        limit?: string;
      };
      path: {
        /** @description the tenant */
        name: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": {
            lines: components["schemas"]["LogLine"][];
            before: number | null;
            after: number | null;
          };
        };
      };
      /** @description An error. */
      default: {
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
    };
  };
  /**
   * Streams a tenant's log lines from now on, one JSON document a line.
   * @description A token of the tenant, or the operator's.
   */
  tailLogs: {
    parameters: {
      query?: {
        /** @description lines of this level and above */
        level?: "debug" | "info" | "warn" | "error";
        /** @description lines with this text, in upper or lower case */
        search?: string;
        requests?: "true" | "false";
      };
      path: {
        /** @description the tenant */
        name: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/x-ndjson": components["schemas"]["LogLine"];
        };
      };
      /** @description An error. */
      default: {
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
    };
  };
  /**
   * The crons of the active version, with their last runs and the next.
   * @description A token of the tenant, or the operator's.
   */
  listCrons: {
    parameters: {
      path: {
        /** @description the tenant */
        name: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": {
            crons: components["schemas"]["Cron"][];
          };
        };
      };
      /** @description An error. */
      default: {
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
    };
  };
  /**
   * Tokens, oldest first.
   * @description The operator's token.
   */
  listTokens: {
    parameters: {
      query?: {
        limit?: string;
        after?: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": {
            tokens: components["schemas"]["Token"][];
            next: string | null;
          };
        };
      };
      /** @description An error. */
      default: {
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
    };
  };
  /**
   * Makes a token. The answer is the only one that shows it.
   * @description The operator's token.
   */
  createToken: {
    requestBody: {
      content: {
        "application/json": {
          label: string;
          /** @description for this tenant alone; the operator's if not given */
          tenant?: string;
          /** Format: date-time */
          expiresAt?: string;
        };
      };
    };
    responses: {
      /** @description Default Response */
      201: {
        content: {
          "application/json": components["schemas"]["NewToken"];
        };
      };
      /** @description An error. */
      default: {
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
    };
  };
  /**
   * Voids a token from the next request on, and ends live views that it has opened.
   * @description The operator's token.
   */
  deleteToken: {
    parameters: {
      path: {
        id: string;
      };
    };
    responses: {
      /** @description Default Response */
      204: {
        content: never;
      };
      /** @description An error. */
      default: {
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
    };
  };
  /**
   * The token in use.
   * @description Any valid token.
   */
  getToken: {
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": components["schemas"]["Token"];
        };
      };
      /** @description An error. */
      default: {
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
    };
  };
  /**
   * Changes by the admin API, newest first.
   * @description The operator's token.
   */
  listAudit: {
    parameters: {
      query?: {
        tenant?: string;
        after?: string;
        limit?: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": {
            entries: components["schemas"]["AuditEntry"][];
            next: string | null;
          };
        };
      };
      /** @description An error. */
      default: {
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
    };
  };
  /**
   * The tenant's KV namespaces with their usage and grants, and those granted to it.
   * @description A token of the tenant, or the operator's.
   */
  listKvNamespaces: {
    parameters: {
      path: {
        /** @description the tenant */
        name: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": {
            namespaces: {
                name: string;
                /** Format: date-time */
                createdAt: string;
                keys: number;
                /** @description keys, values, metadata, and 64 for each key */
                bytes: number;
                grants: {
                    tenant: string;
                    write: boolean;
                  }[];
              }[];
            /** @description namespaces of other tenants that this one may use, as OWNER/NAME */
            granted: {
                namespace: string;
                write: boolean;
              }[];
          };
        };
      };
      /** @description An error. */
      default: {
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
    };
  };
  /**
   * One namespace.
   * @description A token of the tenant, or the operator's.
   */
  getKvNamespace: {
    parameters: {
      path: {
        /** @description the tenant */
        name: string;
        namespace: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": {
            name: string;
            /** Format: date-time */
            createdAt: string;
            keys: number;
            /** @description keys, values, metadata, and 64 for each key */
            bytes: number;
            grants: {
                tenant: string;
                write: boolean;
              }[];
          };
        };
      };
      /** @description An error. */
      default: {
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
    };
  };
  /**
   * Makes a namespace if it does not exist yet.
   * @description A token of the tenant, or the operator's.
   */
  createKvNamespace: {
    parameters: {
      path: {
        /** @description the tenant */
        name: string;
        namespace: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": {
            name: string;
            /** Format: date-time */
            createdAt: string;
            keys: number;
            /** @description keys, values, metadata, and 64 for each key */
            bytes: number;
            grants: {
                tenant: string;
                write: boolean;
              }[];
          };
        };
      };
      /** @description An error. */
      default: {
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
    };
  };
  /**
   * Deletes a namespace with all its keys.
   * @description A token of the tenant, or the operator's.
   */
  deleteKvNamespace: {
    parameters: {
      path: {
        /** @description the tenant */
        name: string;
        namespace: string;
      };
    };
    responses: {
      /** @description Default Response */
      204: {
        content: never;
      };
      /** @description An error. */
      default: {
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
    };
  };
  /**
   * Keys in the order of their bytes, with metadata, without values.
   * @description A token of the tenant, or the operator's.
   */
  listKvKeys: {
    parameters: {
      query?: {
        prefix?: string;
        cursor?: string;
        limit?: string;
      };
      path: {
        /** @description the tenant */
        name: string;
        namespace: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": {
            keys: ({
                key: string;
                /** @description bytes of the value */
                size: number;
                revision: number;
                expiration: number | null;
                metadata: unknown;
              })[];
            cursor: string | null;
          };
        };
      };
      /** @description An error. */
      default: {
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
    };
  };
  /**
   * Lets another tenant read a namespace, or read and write.
   * @description A token of the tenant, or the operator's.
   */
  grantKvNamespace: {
    parameters: {
      path: {
        /** @description the tenant */
        name: string;
        namespace: string;
        /** @description the tenant that gets the grant */
        tenant: string;
      };
    };
    requestBody: {
      content: {
        "application/json": {
          write: boolean;
        };
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": {
            name: string;
            /** Format: date-time */
            createdAt: string;
            keys: number;
            /** @description keys, values, metadata, and 64 for each key */
            bytes: number;
            grants: {
                tenant: string;
                write: boolean;
              }[];
          };
        };
      };
      /** @description An error. */
      default: {
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
    };
  };
  /**
   * Takes a grant back.
   * @description A token of the tenant, or the operator's.
   */
  revokeKvNamespace: {
    parameters: {
      path: {
        /** @description the tenant */
        name: string;
        namespace: string;
        /** @description the tenant that gets the grant */
        tenant: string;
      };
    };
    responses: {
      /** @description Default Response */
      204: {
        content: never;
      };
      /** @description An error. */
      default: {
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
    };
  };
  /**
   * A value. ETag is its revision; Plinth-KV-Metadata and Plinth-KV-Expiration are there if it has them.
   * @description A token of the tenant, or the operator's.
   */
  getKvValue: {
    parameters: {
      path: {
        /** @description the tenant */
        name: string;
        namespace: string;
        /** @description percent-encoded */
        key: string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/octet-stream": unknown;
        };
      };
      /** @description An error. */
      default: {
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
    };
  };
  /**
   * Writes a value. The body is its bytes, whatever its type.
   * @description A token of the tenant, or the operator's.
   */
  putKvValue: {
    parameters: {
      header?: {
        /** @description only if the key is at this revision, as in ETag: "17" */
        "if-match"?: string;
        /** @description *: only if the key has no value */
        "if-none-match"?: string;
        /** @description JSON in ASCII */
        "plinth-kv-metadata"?: string;
        /** @description seconds since 1970 */
        "plinth-kv-expiration"?: string;
        /** @description seconds from now */
        "plinth-kv-expiration-ttl"?: string;
      };
      path: {
        /** @description the tenant */
        name: string;
        namespace: string;
        /** @description percent-encoded */
        key: string;
      };
    };
    requestBody: {
      content: {
        "application/octet-stream": string;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": {
            revision: number;
          };
        };
      };
      /** @description An error. */
      default: {
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
    };
  };
  /**
   * Deletes a key. A key without a value is no error.
   * @description A token of the tenant, or the operator's.
   */
  deleteKvValue: {
    parameters: {
      header?: {
        /** @description only if the key is at this revision, as in ETag: "17" */
        "if-match"?: string;
        /** @description *: only if the key has no value */
        "if-none-match"?: string;
      };
      path: {
        /** @description the tenant */
        name: string;
        namespace: string;
        /** @description percent-encoded */
        key: string;
      };
    };
    responses: {
      /** @description Default Response */
      204: {
        content: never;
      };
      /** @description An error. */
      default: {
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
    };
  };
  /**
   * Writes many keys, all or none of them.
   * @description A token of the tenant, or the operator's.
   */
  putKvBulk: {
    parameters: {
      path: {
        /** @description the tenant */
        name: string;
        namespace: string;
      };
    };
    requestBody: {
      content: {
        "application/json": {
            key: string;
            value: string;
            /** @description whether the value is bytes in base64, and not text */
            base64?: boolean;
            /** @description seconds since 1970 */
            expiration?: number;
            /** @description seconds from now */
            expirationTtl?: number;
            metadata?: unknown;
          }[];
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        content: {
          "application/json": {
            /** @description revision of the last write */
            revision: number;
          };
        };
      };
      /** @description An error. */
      default: {
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
    };
  };
  /**
   * Deletes many keys. A key without a value is no error.
   * @description A token of the tenant, or the operator's.
   */
  deleteKvBulk: {
    parameters: {
      path: {
        /** @description the tenant */
        name: string;
        namespace: string;
      };
    };
    requestBody: {
      content: {
        "application/json": string[];
      };
    };
    responses: {
      /** @description Default Response */
      204: {
        content: never;
      };
      /** @description An error. */
      default: {
        content: {
          "application/json": components["schemas"]["Error"];
        };
      };
    };
  };
}
