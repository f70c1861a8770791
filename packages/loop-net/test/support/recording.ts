export { Echo, Recording } from '../../../../test/support/recording.js';
