export { Echo, Recording, TRANSPORT_LIFE } from '../../../../test/support/recording.js';
