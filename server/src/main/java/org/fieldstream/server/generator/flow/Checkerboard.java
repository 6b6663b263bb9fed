package org.fieldstream.server.generator.flow;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.fieldstream.kernels.lattice.Lattice;
import org.fieldstream.kernels.program.ProgramBuilder;
import org.fieldstream.kernels.program.Value;

/**
 * A lattice in two halves, by the parity of the coordinate sum: colour 0 even, colour 1 odd. Where
 * an extent is odd the halves differ in size and touch themselves across the border.
 */
final class Checkerboard {
  private final int[][] sites = new int[2][];
  private final int[] rank;

  Checkerboard(Lattice lattice) {
    rank = new int[lattice.sites()];
    for (int colour = 0; colour < 2; colour++) {
      int wanted = colour;
      sites[colour] =
          IntStream.range(0, rank.length).filter(s -> parity(lattice, s) == wanted).toArray();
      for (int n = 0; n < sites[colour].length; n++) {
        rank[sites[colour][n]] = n;
      }
    }
  }

  private static int parity(Lattice lattice, int site) {
    int sum = 0;
    for (int axis = 0; axis < lattice.dimensions(); axis++) {
      sum += lattice.coordinate(site, axis);
    }
    return sum % 2;
  }

  /** The sites of a colour in ascending order; not to be modified. */
  int[] sites(int colour) {
    return sites[colour];
  }

  /** A colour's part of a field of any channels. */
  Value take(ProgramBuilder b, Value field, int colour) {
    int channels = field.shape().channels();
    int all = rank.length;
    int n = sites[colour].length;
    int[] table = new int[channels * n];
    Arrays.setAll(table, e -> e / n * all + sites[colour][e % n]);
    return b.gather(field, channels, n, 1, table);
  }

  /** A colour's field on the whole lattice, 0 on the other colour. */
  Value alone(ProgramBuilder b, Value half, int colour) {
    int[] table = new int[rank.length];
    Arrays.fill(table, -1);
    for (int site : sites[colour]) {
      table[site] = rank[site];
    }
    return b.gather(half, 1, table.length, 1, table);
  }

  /** Both halves together. */
  Value merge(ProgramBuilder b, Value[] halves) {
    return b.add(alone(b, halves[0], 0), alone(b, halves[1], 1));
  }
}
