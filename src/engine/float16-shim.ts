/**
 * Lets webgpu-utils load where `Float16Array` is missing (Node before 24, older browsers).
 *
 * The package names the class while it loads and needs it for f16 fields only, which no kernel
 * here has. Import this module before it; drop it once every supported engine has the class.
 */
const scope = globalThis as { Float16Array?: unknown };
scope.Float16Array ??= Uint16Array;

export {};
