package org.fieldstream.server.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Memory that is used again, by one at a time. */
final class DirectMemoryTest {
  private static final int KIB = 1024;

  private final DirectMemory memory = new DirectMemory(8 * KIB);

  private static void mark(DirectMemory.Piece piece, int value) {
    piece.bytes().putInt(0, value);
  }

  private static int marked(DirectMemory.Piece piece) {
    return piece.bytes().getInt(0);
  }

  @Test
  void whatIsGivenBackIsUsedForTheNextOfItsSize() {
    DirectMemory.Piece first = memory.take(2 * KIB);
    mark(first, 77);
    first.giveBack();
    assertThat(memory.kept()).isEqualTo(2 * KIB);
    DirectMemory.Piece second = memory.take(2 * KIB - 5);
    assertThat(marked(second)).isEqualTo(77);
    assertThat(second.size()).isEqualTo(2 * KIB - 5);
    assertThat(second.bytes().remaining()).isEqualTo(2 * KIB - 5);
    assertThat(memory.kept()).isZero();
    assertThat(memory.lent()).isEqualTo(2 * KIB);
    assertThat(marked(memory.take(2 * KIB))).isNotEqualTo(77);
  }

  @Test
  void itsBytesAreDirectAndEachViewHasItsOwnPosition() {
    DirectMemory.Piece piece = memory.take(16);
    ByteBuffer view = piece.bytes();
    assertThat(view.isDirect()).isTrue();
    view.putFloat(1.5f);
    assertThat(piece.bytes().position()).isZero();
    assertThat(piece.bytes().get(3)).isEqualTo((byte) 0x3f);
  }

  @Test
  void whatIsGivenBackTwiceHasOneOwner() {
    DirectMemory.Piece piece = memory.take(KIB);
    piece.giveBack();
    piece.giveBack();
    assertThat(memory.kept()).isEqualTo(KIB);
    assertThat(memory.lent()).isZero();
    DirectMemory.Piece one = memory.take(KIB);
    DirectMemory.Piece other = memory.take(KIB);
    mark(one, 1);
    mark(other, 2);
    assertThat(marked(one)).isEqualTo(1);
  }

  @Test
  void whoGaveItBackHasItNoMore() {
    DirectMemory.Piece piece = memory.take(KIB);
    piece.giveBack();
    assertThatThrownBy(piece::bytes).isInstanceOf(AssertionError.class);
  }

  @Test
  void nothingIsNoPiece() {
    assertThatThrownBy(() -> memory.take(0)).hasMessage("bytes: 0 (expected: >= 1)");
  }

  @Test
  void keepsNoMoreThanItsBoundAndLetsGoOfTheSizeLeastAskedFor() {
    List<DirectMemory.Piece> small = IntStream.range(0, 6).mapToObj(i -> memory.take(KIB)).toList();
    small.forEach(DirectMemory.Piece::giveBack);
    assertThat(memory.kept()).isEqualTo(6 * KIB);
    DirectMemory.Piece large = memory.take(5 * KIB);
    mark(large, 5);
    large.giveBack();
    assertThat(memory.kept()).isEqualTo(8 * KIB);
    assertThat(marked(memory.take(5 * KIB))).isEqualTo(5);
    assertThat(memory.kept()).isEqualTo(3 * KIB);
    DirectMemory.Piece huge = memory.take(9 * KIB);
    huge.giveBack();
    assertThat(memory.kept()).isEqualTo(3 * KIB);
  }

  @Test
  void whatLastsIsNeverUsedForAnythingElse() {
    FieldBytes values = FieldBytes.of(new byte[] {1, 2, 3});
    values.giveBack();
    assertThat(values.bytes()).isEqualTo(ByteBuffer.wrap(new byte[] {1, 2, 3}));
    FieldBytes.NONE.giveBack();
    assertThat(FieldBytes.NONE.bytes().remaining()).isZero();
    assertThat(FieldBytes.NONE.crc32c()).isZero();
  }
}
