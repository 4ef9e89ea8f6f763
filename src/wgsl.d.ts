/** WGSL files are bundled as text (esbuild `text` loader). */
declare module "*.wgsl" {
  const code: string;
  export default code;
}
