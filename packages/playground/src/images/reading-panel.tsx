import { useId } from 'preact/hooks'
import { ClassBars } from './class-bars.tsx'
import type { ImageReader } from './image-reader.ts'
import { indexOfMost, type Look } from './look.ts'
import { mostOf, Picture } from './picture.tsx'

/** What the network gets, what it looks at, and what it answers. */
export function ReadingPanel({ reader, look }: { readonly reader: ImageReader; readonly look: Look }) {
  const { shape, classes } = reader.task
  const [channels, rows, cols] = shape
  const title = useId()
  const best = indexOfMost(look.probabilities)
  const isChanged = reader.attack.value.epsilon > 0
  return (
    <section class="panel" aria-labelledby={title}>
      <h2 id={title}>What the network reads</h2>
      <div class="pair">
        <figure>
          <Picture
            values={look.image}
            {...{ channels, rows, cols }}
            label={`The image that the network gets${isChanged ? ', with noise' : ''}`}
          />
          <figcaption>
            The image, {rows} × {cols}
            {isChanged ? ', with noise' : ''}
          </figcaption>
        </figure>
        <figure>
          <Picture
            values={look.saliency}
            {...{ rows, cols }}
            colouring={{ kind: 'bright', most: mostOf(look.saliency) }}
            label={`Saliency: where a pixel changes the logit of ${classes[best]} most`}
          />
          <figcaption>
            Saliency |∂z<sub>{classes[best]}</sub> / ∂pixel|
          </figcaption>
        </figure>
      </div>
      <ClassBars
        classes={classes}
        probabilities={look.probabilities}
        before={isChanged ? look.clean : undefined}
        label="Probabilities"
      />
      {isChanged && <p class="hint">The small marks are the probabilities without noise.</p>}
    </section>
  )
}
