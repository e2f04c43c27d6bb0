/** How texts from outside are shown: for the extension and its pages, which see nothing of the core but through the protocol. */
export { csvCell } from '../../core/export/csv';
export { reportText, withoutMarkup } from '../../core/util/markdown';
export { jsonText, shortened, visible, withoutLinks } from '../../core/util/visible';
