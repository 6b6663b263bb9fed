/**
 * Benchmarks of single ops on {@link org.fieldstream.kernels.machine.VectorMachine}, with JMH. From
 * the root of the project:
 *
 * <pre>
 * mvn -Pjmh -pl gpu-kernels test-compile exec:exec
 * mvn -Pjmh -pl gpu-kernels test-compile exec:exec -Djmh.args="Convolution -p shape=3x3-16-16-32 -prof gc"
 * </pre>
 *
 * <p>{@code JAVA_HOME} chooses the JVM. The columns {@code gflop} and {@code gsite} are rates per
 * second: floating-point operations as {@link org.fieldstream.kernels.program.OpCost} counts them,
 * and lattice sites of all lanes; {@code cpu} is how many cores were busy with it. On a machine
 * that is busy with other things compare {@code gflop / cpu}: threads scale as far as that stays
 * the same while {@code cpu} follows their number. {@code -prof gc} shows that a warm run allocates
 * next to nothing. Start here: {@link org.fieldstream.kernels.bench.Work}.
 */
@NullMarked
package org.fieldstream.kernels.bench;

import org.jspecify.annotations.NullMarked;
