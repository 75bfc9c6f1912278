/* A camera at this machine that is not there: a V4L2 device for processes that preload this file.
 *
 * It answers the calls by which FFmpeg's own reader of V4L2 finds out what a camera can do, sets a format, maps its
 * buffers and takes pictures (Linux media API, "Streaming I/O (memory mapping)"). 320x180, YUYV, 25 pictures a second,
 * each saying its number in black and white blocks as numbered.py does. After PICTURES pictures it is unplugged for
 * two openings, then plugged in again.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/videodev2.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

enum { WIDE = 320, HIGH = 180, BITS = 10, BUFFERS = 8, SIZE = WIDE * HIGH * 2, ROOM = 131072 };

static int device = -1, number, given, refuse, queue[BUFFERS], queued;
static unsigned char *memory;
static struct timespec due;

static int is_ours(const char *path) {
    const char *ours = getenv("V4L2_DEVICE");
    return ours && path && !strcmp(path, ours);
}

static int plug_in(void) {
    if (refuse > 0) {
        refuse--;
        errno = ENOENT;
        return -1;
    }
    device = memfd_create("camera", 0);
    if (device < 0 || ftruncate(device, BUFFERS * ROOM)) return -1;
    memory = mmap(NULL, BUFFERS * ROOM, PROT_READ | PROT_WRITE, MAP_SHARED, device, 0);
    queued = given = 0;
    return device;
}

static int open_as(const char *name, const char *path, int flags, mode_t mode) {
    if (is_ours(path)) return plug_in();
    int (*next)(const char *, int, ...) = dlsym(RTLD_NEXT, name);
    return next(path, flags, mode);
}

#define OPENS(name)                                \
    int name(const char *path, int flags, ...) {   \
        va_list rest;                              \
        va_start(rest, flags);                     \
        mode_t mode = va_arg(rest, mode_t);        \
        va_end(rest);                              \
        return open_as(#name, path, flags, mode);  \
    }
OPENS(open)
OPENS(open64)

static void describe(struct v4l2_pix_format *pix) {
    memset(pix, 0, sizeof *pix);
    pix->width = WIDE;
    pix->height = HIGH;
    pix->pixelformat = V4L2_PIX_FMT_YUYV;
    pix->field = V4L2_FIELD_NONE;
    pix->bytesperline = WIDE * 2;
    pix->sizeimage = SIZE;
}

static void draw(unsigned char *picture) {
    memset(picture, 128, SIZE);
    for (int y = 0; y < HIGH; y++)
        for (int x = 0; x < WIDE; x++) {
            int bit = x * BITS / WIDE, block = y >= HIGH / 3 && y < HIGH * 2 / 3;
            picture[(y * WIDE + x) * 2] = block ? (number >> bit & 1 ? 220 : 30) : 110;
        }
}

static int give(struct v4l2_buffer *buffer) {
    const char *most = getenv("PICTURES");
    if (most && given >= atoi(most)) {
        refuse = 2;
        errno = ENODEV;
        return -1;
    }
    if (!queued) {
        errno = EAGAIN;
        return -1;
    }
    if (!given) clock_gettime(CLOCK_MONOTONIC, &due);
    due.tv_nsec += 40000000;
    if (due.tv_nsec >= 1000000000) due.tv_nsec -= 1000000000, due.tv_sec++;
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &due, NULL);
    int index = queue[0];
    memmove(queue, queue + 1, sizeof *queue * --queued);
    draw(memory + index * ROOM);
    buffer->index = index;
    buffer->bytesused = SIZE;
    buffer->flags = V4L2_BUF_FLAG_MAPPED | V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC;
    buffer->timestamp.tv_sec = due.tv_sec;
    buffer->timestamp.tv_usec = due.tv_nsec / 1000;
    buffer->sequence = given++;
    number++;
    return 0;
}

static int answer(unsigned long request, void *asked) {
    switch (request) {
    case VIDIOC_QUERYCAP: {
        struct v4l2_capability *can = asked;
        memset(can, 0, sizeof *can);
        strcpy((char *)can->driver, "drawn");
        strcpy((char *)can->card, "a camera that is not there");
        can->capabilities = V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_STREAMING | V4L2_CAP_DEVICE_CAPS;
        can->device_caps = V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_STREAMING;
        return 0;
    }
    case VIDIOC_G_INPUT: return *(int *)asked = 0;
    case VIDIOC_ENUMINPUT: {
        struct v4l2_input *input = asked;
        if (input->index) break;
        memset(input, 0, sizeof *input);
        input->type = V4L2_INPUT_TYPE_CAMERA;
        return 0;
    }
    case VIDIOC_G_FMT:
    case VIDIOC_S_FMT: describe(&((struct v4l2_format *)asked)->fmt.pix); return 0;
    case VIDIOC_G_PARM:
    case VIDIOC_S_PARM: {
        struct v4l2_streamparm *parm = asked;
        parm->parm.capture.capability = V4L2_CAP_TIMEPERFRAME;
        parm->parm.capture.timeperframe = (struct v4l2_fract){1, 25};
        return 0;
    }
    case VIDIOC_REQBUFS: ((struct v4l2_requestbuffers *)asked)->count = BUFFERS; return 0;
    case VIDIOC_QUERYBUF: {
        struct v4l2_buffer *buffer = asked;
        buffer->length = SIZE;
        buffer->m.offset = buffer->index * ROOM;
        return 0;
    }
    case VIDIOC_QBUF: queue[queued++] = ((struct v4l2_buffer *)asked)->index; return 0;
    case VIDIOC_DQBUF: return give(asked);
    case VIDIOC_STREAMON: return 0;
    case VIDIOC_STREAMOFF: queued = 0; return 0;
    }
    errno = request == VIDIOC_ENUMINPUT ? EINVAL : ENOTTY;
    return -1;
}

int ioctl(int fd, unsigned long request, ...) {
    va_list rest;
    va_start(rest, request);
    void *asked = va_arg(rest, void *);
    va_end(rest);
    if (fd == device && device >= 0) return answer(request & 0xffffffff, asked);
    int (*next)(int, unsigned long, ...) = dlsym(RTLD_NEXT, "ioctl");
    return next(fd, request, asked);
}
