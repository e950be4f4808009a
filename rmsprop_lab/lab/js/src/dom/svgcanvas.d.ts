declare module "svgcanvas" {
  // A canvas's 2d context that writes SVG.
  export const Context: new (
    width: number,
    height: number,
  ) => CanvasRenderingContext2D & {
    getSvg(): SVGSVGElement;
    getSerializedSvg(namedEntities: boolean): string;
  };
}
