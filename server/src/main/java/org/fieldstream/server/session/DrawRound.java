package org.fieldstream.server.session;

import java.util.BitSet;
import java.util.List;
import org.fieldstream.server.generator.DrawBatch;

/**
 * A device batch on its way, which may take several turns: whose lanes are whose. Streams may end
 * meanwhile, or want less than they did; what they want no more is not given to them.
 */
final class DrawRound {
  private final List<DrawTaker> streams;
  private final int[] shares;
  private final int[] due;
  private final BitSet levels = new BitSet();
  private final int lanes;

  /**
   * Deals the lanes and has the draws named.
   *
   * @param streams who wants draws, one of them at least
   * @param seeds receives the seed of each lane; as long as a device batch
   * @param indices receives the index of each lane; as long
   */
  DrawRound(List<DrawTaker> streams, long[] seeds, long[] indices) {
    this.streams = List.copyOf(streams);
    shares = LaneShares.deal(streams, seeds.length);
    int at = 0;
    for (int k = 0; k < shares.length; k++) {
      DrawTaker stream = streams.get(k);
      stream.fill(seeds, indices, at, shares[k]);
      at += shares[k];
      if (shares[k] > 0) {
        stream.levels().forEach(levels::set);
      }
    }
    lanes = at;
    due = shares.clone();
  }

  /** Lanes in use. */
  int lanes() {
    return lanes;
  }

  /** Positions of the levels of noise that somebody takes. */
  BitSet levels() {
    return levels;
  }

  /**
   * Looks again what the streams want, before another turn: who is over wants nothing, who is to
   * finish no more than its last message has room for. What is asked for in this turn is then given
   * whole, whatever happens during it.
   *
   * @return whether anybody still wants something
   */
  boolean isWanted() {
    int all = 0;
    for (int k = 0; k < shares.length; k++) {
      due[k] = (int) Math.min(shares[k], streams.get(k).wanted());
      all += due[k];
    }
    return all > 0;
  }

  /** Hands the draws out. */
  void deliver(DrawBatch batch) {
    int at = 0;
    for (int k = 0; k < shares.length; k++) {
      if (due[k] > 0) {
        streams.get(k).take(batch, at, due[k]);
      }
      at += shares[k];
    }
  }
}
