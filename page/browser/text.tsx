import { pieces } from './words.ts';

/** A text whose ids and tags stay in one line. */
export function Text({ children }: { children: string }) {
  return (
    <>
      {pieces(children).map((piece, index) =>
        index % 2 === 0 ? (
          piece
        ) : (
          <span key={index} class="whole">
            {piece}
          </span>
        ),
      )}
    </>
  );
}
