package org.fieldstream.kernels.machine.vector;

/**
 * Where an op that runs on strips finds a value. All in floats.
 *
 * @param at site 0 of channel 0, or of a strip that is all there is
 * @param channelStep from a channel to the next, 0 for a value whose one channel serves all
 * @param siteStep from a site to the next as strips are counted, 0 for a value of which only the
 *     strip at hand is kept or of which all is read
 */
record Place(int at, int channelStep, int siteStep) {
  /** A value that is read at any element. */
  static Place anywhere(int at) {
    return new Place(at, 0, 0);
  }

  /** A channel's first site of a strip. */
  int of(int channel, int site) {
    return at + channel * channelStep + site * siteStep;
  }
}
