/**
 * Choosing a part of a chart's axis with the mouse.
 */
import * as React from 'react';

/** Pixels that a drag has at least; less is a click. */
const LEAST = 6;

/** The chart, over which a part of its horizontal axis can be marked. */
export function Zoom(props: {
  /** What is left and right of the plot in the picture. */
  padding: { left: number };
  /** How wide the plot is. */
  width: number;
  /** What the ends of the plot stand for. */
  extent: [number, number];
  onZoom: (range: [number, number] | null) => void;
  title: string;
  children: React.ReactNode;
}): JSX.Element {
  const { padding, width, extent, onZoom, title } = props;
  const node = React.useRef<HTMLDivElement>(null);
  const [drag, setDrag] = React.useState<[number, number] | null>(null);

  /** Where the pointer is in the plot, in pixels from its left end. */
  const place = (event: React.PointerEvent): number => {
    const canvas = node.current?.querySelector('canvas, svg');
    const left = canvas?.getBoundingClientRect().left ?? 0;
    return Math.min(width, Math.max(0, event.clientX - left - padding.left));
  };
  const valueAt = (pixels: number): number =>
    extent[0] + (pixels / width) * (extent[1] - extent[0]);
  const offset = (): number => {
    const canvas = node.current?.querySelector('canvas, svg');
    const host = node.current?.getBoundingClientRect();
    return (
      (canvas?.getBoundingClientRect().left ?? 0) -
      (host?.left ?? 0) +
      padding.left
    );
  };
  return (
    <div
      ref={node}
      className="jp-mlx-Zoom"
      title={title}
      onPointerDown={event => {
        if (event.button === 0) {
          event.currentTarget.setPointerCapture(event.pointerId);
          setDrag([place(event), place(event)]);
        }
      }}
      onPointerMove={event => {
        if (drag) {
          setDrag([drag[0], place(event)]);
        }
      }}
      onPointerUp={() => {
        if (drag && Math.abs(drag[1] - drag[0]) >= LEAST) {
          const [low, high] = [...drag].sort((a, b) => a - b);
          onZoom([valueAt(low), valueAt(high)]);
        }
        setDrag(null);
      }}
      onPointerCancel={() => setDrag(null)}
      onDoubleClick={() => onZoom(null)}
    >
      {props.children}
      {drag && (
        <div
          className="jp-mlx-Zoom-part"
          style={{
            left: offset() + Math.min(...drag),
            width: Math.abs(drag[1] - drag[0])
          }}
        />
      )}
    </div>
  );
}
