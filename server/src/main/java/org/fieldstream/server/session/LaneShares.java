package org.fieldstream.server.session;

import java.util.List;

/** How the lanes of a device batch are dealt among streams. */
final class LaneShares {
  private LaneShares() {}

  /** Lanes of each stream: at most what it wants, their sum at most {@code lanes}. */
  static int[] deal(List<DrawTaker> streams, int lanes) {
    return deal(streams.stream().mapToLong(DrawTaker::wanted).toArray(), lanes);
  }

  /**
   * Lanes of each stream.
   *
   * @param wanted lanes each stream could use, at least 0; not modified
   * @param lanes lanes there are, at least 1
   */
  static int[] deal(long[] wanted, int lanes) {
    int[] shares = new int[wanted.length];
    int left = lanes;
    boolean dealt = true;
    while (left > 0 && dealt) {
      dealt = false;
      int hungry = 0;
      for (int k = 0; k < wanted.length; k++) {
        if (shares[k] < wanted[k]) {
          hungry++;
        }
      }
      int share = hungry == 0 ? 0 : Math.max(1, left / hungry);
      for (int k = 0; k < wanted.length && left > 0; k++) {
        int more = (int) Math.min(Math.min(share, left), wanted[k] - shares[k]);
        shares[k] += more;
        left -= more;
        dealt |= more > 0;
      }
    }
    return shares;
  }
}
