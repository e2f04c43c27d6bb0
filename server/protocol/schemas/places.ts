import type { Band, PageParams, Place } from '../places';
import { index, logUriText, object, oneOf, shapeOf } from './shape';

/** How many are given at most is the server's to say (`pageWithin`). */
export const pageEntries = () => ({ start: index(), count: index() });
export const pageParams = () => shapeOf<PageParams>()(object(pageEntries()));
export const place = () => shapeOf<Place>()(object({ uri: logUriText(), line: index(), startCharacter: index(), endCharacter: index() }));
export const band = () => shapeOf<Band>()(oneOf(['high', 'medium', 'low']));
