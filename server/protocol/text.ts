export { csvCell } from '../core/export/csv';
export { reportText, withoutMarkup } from '../core/util/markdown';
export { jsonText, shortened, visible, withoutLinks } from '../core/util/visible';
