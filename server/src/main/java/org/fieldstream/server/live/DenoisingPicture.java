package org.fieldstream.server.live;

import java.util.List;

/**
 * A configuration on its way out of noise, as pictures of at most {@value #CELLS} cells a side.
 *
 * @param sigmas strength of the noise in each, from most to least
 * @param levels the pictures, at most {@value #MOST}
 * @param sent levels that go to the client, of which these are some
 */
public record DenoisingPicture(List<Double> sigmas, List<FieldPicture> levels, int sent) {
  /** Pictures at most. */
  static final int MOST = 8;

  /** Cells of a side, at most. */
  static final int CELLS = 32;

  public DenoisingPicture {
    sigmas = List.copyOf(sigmas);
    levels = List.copyOf(levels);
  }
}
