package org.fieldstream.server.live;

import java.util.List;
import org.fieldstream.monitoring.alarms.Alarm;
import org.fieldstream.monitoring.meters.SeriesEstimate;
import org.fieldstream.server.session.StreamPlan;
import org.jspecify.annotations.Nullable;

/**
 * What a stream shows at one moment.
 *
 * @param number from 1, in the order in which streams began; never a label of a metric
 * @param plan what was asked for
 * @param chains chains it interleaves, 1 for draws
 * @param ageSeconds how long it has been running
 * @param configurations delivered so far
 * @param perSecond configurations a second of late; NaN where not known yet
 * @param accepted configurations of these whose proposal was accepted
 * @param essRatio ESS / N of the stream's ensemble, other streams of it included; NaN without log q
 * @param essDraws draws that it is over
 * @param followed whether estimates are kept; false for raw draws and where too many streams run
 * @param estimates of the first observables of the theory, in its order
 * @param alarms what looks wrong with it
 * @param field the last field taken; null before the first
 * @param denoising how that one came out of noise; null where the stream does not carry it
 * @param tracedName the observable of the trace
 * @param trace its values, of the first chain
 * @param heldBytes held for the client, messages that are being made included
 * @param unsentBytes of these in messages that are made and not taken by the network
 * @param waitingSeconds how long the client has not been reading; 0 while it reads
 */
public record StreamView(
    int number,
    StreamPlan plan,
    int chains,
    double ageSeconds,
    long configurations,
    double perSecond,
    long accepted,
    double essRatio,
    long essDraws,
    boolean followed,
    List<SeriesEstimate> estimates,
    List<Alarm> alarms,
    @Nullable FieldPicture field,
    @Nullable DenoisingPicture denoising,
    String tracedName,
    List<Trace.Point> trace,
    long heldBytes,
    long unsentBytes,
    double waitingSeconds) {}
