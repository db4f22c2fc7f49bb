// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IAIModelTraining} from "./IAIModelTraining.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @title AIModelTraining
/// @notice The manual is {IAIModelTraining}. Functions stand in the order of a job's life, and each is the same
/// paragraph: check, compute, write, emit, interact.
// Deadlines are minutes to months; a validator shifts a block by seconds.
// slither-disable-start timestamp
contract AIModelTraining is IAIModelTraining, EIP712 {
    uint16 public constant MAX_FEE_BPS = 1_000;
    uint8 public constant MAX_CONTRIBUTORS = 32;
    uint256 public constant MAX_ACCEPT_WINDOW = 90 days;
    uint256 public constant MIN_PERIOD = 1 minutes;
    uint256 public constant MAX_PERIOD = 30 days;
    uint256 public constant MAX_CID_LENGTH = 128;
    /// Enough for a proxied smart account that logs what it receives; 32 pushes stay far below a block's gas.
    uint256 public constant PUSH_GAS = 30_000;
    bytes32 public constant SUBMISSION_TYPEHASH =
        keccak256("Submission(uint256 jobId,address contributor,string adapterCid)");

    uint256 private constant BPS = 10_000;

    /// Three words, filled to the last bit. Accepting reads the first and the third, submitting at most the third.
    struct StoredJob {
        address requester;
        /// Bit i is set while slot i can be taken.
        uint32 freeSlots;
        /// Enough until 2106; createJob refuses later times.
        uint32 acceptBy;
        uint24 trainingPeriod;
        JobStatus status;
        address aggregator;
        /// 309 million coins; createJob refuses more.
        uint88 stakeWei;
        uint8 maxContributors;
        uint96 bondWei;
        uint24 reviewPeriod;
        uint8 minContributors;
        /// Nothing is paid by it: half a hash withstands a second preimage, which is all that it is for.
        bytes16 specDigest;
    }

    uint16 public immutable feeBps;
    address public immutable feeReceiver;

    uint256 public jobCount;
    mapping(address wallet => uint256) public withdrawableWei;

    mapping(uint256 jobId => StoredJob) private _jobs;
    mapping(uint256 jobId => mapping(address contributor => Slot)) private _slots;
    mapping(uint256 jobId => uint256) private _forfeitedWei;

    constructor(uint16 feeBps_, address feeReceiver_) EIP712("TrainChain", "1") {
        require(feeBps_ <= MAX_FEE_BPS, FeeTooHigh(feeBps_, MAX_FEE_BPS));
        require(feeReceiver_ != address(0), InvalidFeeReceiver(feeReceiver_));
        feeBps = feeBps_;
        feeReceiver = feeReceiver_;
    }

    // ── Create ──────────────────────────────────────────────────────────────────────────────────────────────

    /// @inheritdoc IAIModelTraining
    function createJob(Terms calldata terms) external payable returns (uint256 jobId) {
        _checkTerms(terms, msg.value);

        jobId = ++jobCount;
        _jobs[jobId] = StoredJob({
            requester: msg.sender,
            freeSlots: _allSlots(terms.maxContributors),
            acceptBy: uint32(terms.acceptBy),
            trainingPeriod: uint24(terms.trainingPeriod),
            status: JobStatus.Open,
            aggregator: terms.aggregator,
            stakeWei: uint88(msg.value),
            maxContributors: terms.maxContributors,
            bondWei: terms.bondWei,
            reviewPeriod: uint24(terms.reviewPeriod),
            minContributors: terms.minContributors,
            specDigest: bytes16(keccak256(bytes(terms.specCid)))
        });

        emit JobCreated(jobId, msg.sender, terms, msg.value, feeBps);
    }

    // ── Take a slot and deliver ─────────────────────────────────────────────────────────────────────────────

    /// @inheritdoc IAIModelTraining
    function acceptJob(uint256 jobId, address delegate) external payable returns (uint8 slot) {
        StoredJob storage job = _openJob(jobId);
        require(block.timestamp < job.acceptBy, AcceptanceClosed(jobId, job.acceptBy));
        require(msg.sender != job.requester, RequesterCannotContribute(jobId, msg.sender));
        require(_slots[jobId][msg.sender].status == SlotStatus.None, AlreadyAccepted(jobId, msg.sender));
        uint32 freeSlots = job.freeSlots;
        require(freeSlots != 0, NoFreeSlot(jobId));
        require(msg.value == job.bondWei, WrongBond(jobId, job.bondWei, msg.value));

        uint32 lowest = freeSlots & (~freeSlots + 1);
        slot = uint8(Math.log2(lowest));
        uint40 deadline = uint40(block.timestamp + job.trainingPeriod);

        job.freeSlots = freeSlots ^ lowest;
        _slots[jobId][msg.sender] = Slot({
            status: SlotStatus.Accepted,
            index: slot,
            bonded: msg.value != 0,
            timestamp: deadline,
            delegate: delegate
        });

        emit JobAccepted(jobId, msg.sender, slot, delegate, deadline);
    }

    /// @inheritdoc IAIModelTraining
    function setDelegate(uint256 jobId, address delegate) external {
        Slot storage slot = _deliverableSlot(jobId, msg.sender);

        slot.delegate = delegate;

        emit DelegateChanged(jobId, msg.sender, delegate);
    }

    /// @inheritdoc IAIModelTraining
    function submitAdapter(uint256 jobId, address contributor, string calldata adapterCid) external {
        Slot storage slot = _deliverableSlot(jobId, contributor);
        require(
            msg.sender == contributor || msg.sender == slot.delegate,
            NotSubmitter(jobId, contributor, msg.sender)
        );

        _submit(slot, jobId, contributor, adapterCid);
    }

    /// @inheritdoc IAIModelTraining
    function submitAdapterBySig(
        uint256 jobId,
        address contributor,
        string calldata adapterCid,
        bytes calldata signature
    ) external {
        Slot storage slot = _deliverableSlot(jobId, contributor);
        bytes32 digest = _hashTypedDataV4(
            keccak256(abi.encode(SUBMISSION_TYPEHASH, jobId, contributor, keccak256(bytes(adapterCid))))
        );
        require(
            _isSignedBy(slot.delegate, digest, signature) || _isSignedBy(contributor, digest, signature),
            InvalidSignature(jobId, contributor)
        );

        _submit(slot, jobId, contributor, adapterCid);
    }

    function _submit(Slot storage slot, uint256 jobId, address contributor, string calldata adapterCid)
        private
    {
        _checkCid(adapterCid);

        uint256 bondWei = slot.bonded ? _jobs[jobId].bondWei : 0;

        slot.status = SlotStatus.Submitted;
        slot.bonded = false;
        slot.timestamp = uint40(block.timestamp);

        emit AdapterSubmitted(jobId, contributor, adapterCid);

        _pay(contributor, bondWei);
    }

    // ── Free a slot ─────────────────────────────────────────────────────────────────────────────────────────

    /// @inheritdoc IAIModelTraining
    function rejectAdapter(uint256 jobId, address contributor, string calldata reasonCid) external {
        StoredJob storage job = _openJob(jobId);
        Slot storage slot = _slots[jobId][contributor];
        require(msg.sender == job.aggregator, NotAggregator(jobId, msg.sender));
        require(slot.status == SlotStatus.Submitted, SlotNotSubmitted(jobId, contributor, slot.status));
        _checkCid(reasonCid);

        slot.status = SlotStatus.Rejected;
        job.freeSlots |= uint32(1) << slot.index;

        emit AdapterRejected(jobId, contributor, reasonCid);
    }

    /// @inheritdoc IAIModelTraining
    function releaseSlot(uint256 jobId, address contributor) external {
        StoredJob storage job = _openJob(jobId);
        Slot storage slot = _slots[jobId][contributor];
        require(slot.status == SlotStatus.Accepted, SlotNotAccepted(jobId, contributor, slot.status));
        _checkDeadlinePassed(slot, jobId, contributor);

        uint256 bondWei = job.bondWei;

        slot.status = SlotStatus.Released;
        slot.bonded = false;
        job.freeSlots |= uint32(1) << slot.index;
        if (bondWei != 0) _forfeitedWei[jobId] += bondWei;

        emit SlotReleased(jobId, contributor, bondWei);
    }

    // ── End ─────────────────────────────────────────────────────────────────────────────────────────────────

    /// @inheritdoc IAIModelTraining
    function completeJob(uint256 jobId, string calldata resultCid, address[] calldata contributors) external {
        StoredJob storage job = _openJob(jobId);
        require(msg.sender == job.aggregator, NotAggregator(jobId, msg.sender));
        _checkCid(resultCid);
        Tally memory tally = _tally(job, jobId, contributors);
        require(
            tally.submissions >= job.minContributors,
            TooFewSubmissions(jobId, tally.submissions, job.minContributors)
        );

        _close(job, jobId, JobStatus.Completed, resultCid, tally);
    }

    /// @inheritdoc IAIModelTraining
    function settleJob(uint256 jobId, address[] calldata contributors) external {
        StoredJob storage job = _openJob(jobId);
        Tally memory tally = _tally(job, jobId, contributors);
        require(
            tally.submissions >= job.minContributors,
            TooFewSubmissions(jobId, tally.submissions, job.minContributors)
        );
        // While a delivery is wanting, the aggregator may wait for one until acceptBy.
        bool mayWait = tally.submissions < job.maxContributors;
        uint256 completableFrom = mayWait ? Math.max(tally.lastEvent, job.acceptBy) : tally.lastEvent;
        uint256 reviewEnds = completableFrom + job.reviewPeriod;
        require(block.timestamp >= reviewEnds, ReviewNotOver(jobId, reviewEnds));

        _close(job, jobId, JobStatus.Settled, "", tally);
    }

    /// @inheritdoc IAIModelTraining
    function expireJob(uint256 jobId, address[] calldata contributors) external {
        StoredJob storage job = _openJob(jobId);
        require(block.timestamp >= job.acceptBy, AcceptanceStillOpen(jobId, job.acceptBy));
        Tally memory tally = _tally(job, jobId, contributors);
        require(
            tally.submissions < job.minContributors,
            EnoughSubmissions(jobId, tally.submissions, job.minContributors)
        );
        // What was delivered is paid here too, so the aggregator has its time to reject it first.
        if (tally.submissions != 0 && msg.sender != job.aggregator) {
            uint256 reviewEnds = Math.max(tally.lastEvent, job.acceptBy) + job.reviewPeriod;
            require(block.timestamp >= reviewEnds, ReviewNotOver(jobId, reviewEnds));
        }

        _close(job, jobId, JobStatus.Expired, "", tally);
    }

    /// @inheritdoc IAIModelTraining
    function cancelJob(uint256 jobId) external {
        StoredJob storage job = _openJob(jobId);
        require(msg.sender == job.requester, NotRequester(jobId, msg.sender));
        uint32 takenSlots = _takenSlots(job);
        require(takenSlots == 0, SlotsTaken(jobId, takenSlots));

        // Its zeros are what is meant: nobody submitted, nobody forfeited.
        // slither-disable-next-line uninitialized-local
        Tally memory nobody;
        _close(job, jobId, JobStatus.Cancelled, "", nobody);
    }

    /// What the taken slots of a job have come to, when no more can come of them.
    struct Tally {
        /// Those that submitted: the first `submissions` entries.
        address[] submitters;
        uint256 submissions;
        /// Bonds of the slots that missed their deadline and were not released before.
        uint256 forfeitedWei;
        /// The latest submission or missed deadline.
        uint256 lastEvent;
    }

    /// Counts the taken slots, each exactly once. At most 32 of them are live, however many there have been.
    function _tally(StoredJob storage job, uint256 jobId, address[] calldata contributors)
        private
        returns (Tally memory tally)
    {
        uint32 listedSlots = 0;
        tally.submitters = new address[](contributors.length);
        for (uint256 i = 0; i < contributors.length; ++i) {
            address contributor = contributors[i];
            Slot storage slot = _slots[jobId][contributor];
            uint32 bit = uint32(1) << slot.index;
            SlotStatus status = slot.status;

            if (status == SlotStatus.Submitted) {
                tally.submitters[tally.submissions++] = contributor;
            } else {
                require(status == SlotStatus.Accepted, SlotNotTaken(jobId, contributor, status));
                _checkDeadlinePassed(slot, jobId, contributor);
                uint256 bondWei = job.bondWei;
                tally.forfeitedWei += bondWei;
                emit SlotReleased(jobId, contributor, bondWei);
            }
            require(listedSlots & bit == 0, ContributorListedTwice(jobId, contributor));
            listedSlots |= bit;
            tally.lastEvent = Math.max(tally.lastEvent, slot.timestamp);
        }
        uint32 takenSlots = _takenSlots(job);
        require(listedSlots == takenSlots, ContributorsMissing(jobId, listedSlots, takenSlots));
    }

    /// Divides all that the job holds. A fee is due for completed and settled jobs only.
    function _close(
        StoredJob storage job,
        uint256 jobId,
        JobStatus status,
        string memory resultCid,
        Tally memory tally
    ) private {
        uint256 stakeWei = job.stakeWei;
        uint256 forfeitedWei = job.bondWei == 0 ? 0 : _forfeitedWei[jobId] + tally.forfeitedWei;
        uint256 feeWei = stakeWei * feeBps / BPS;
        // Equal shares are rounded down first on purpose; what that leaves over is accounted for below.
        // slither-disable-start divide-before-multiply
        uint256 shareWei = (stakeWei - feeWei) / job.maxContributors;
        uint256 bonusWei = tally.submissions == 0 ? 0 : forfeitedWei / tally.submissions;
        if (status == JobStatus.Expired || status == JobStatus.Cancelled) feeWei = 0;
        uint256 refundWei = stakeWei - feeWei - shareWei * tally.submissions;
        // The requester must gain nothing from failed slots, so what no contributor gets is no refund.
        feeWei += forfeitedWei - bonusWei * tally.submissions;
        // slither-disable-end divide-before-multiply

        job.status = status;

        for (uint256 i = 0; i < tally.submissions; ++i) {
            emit JobCompleted(jobId, tally.submitters[i], shareWei + bonusWei);
        }
        emit JobClosed(jobId, status, resultCid, refundWei, feeWei);

        for (uint256 i = 0; i < tally.submissions; ++i) {
            _pay(tally.submitters[i], shareWei + bonusWei);
        }
        _pay(job.requester, refundWei);
        _pay(feeReceiver, feeWei);
    }

    // ── Payments ────────────────────────────────────────────────────────────────────────────────────────────

    /// Pushes an amount, or keeps it for the receiver where that fails. A caller cannot make a push fail by giving
    /// little gas: what a starved push leaves over does not pay for the write.
    function _pay(address wallet, uint256 amountWei) private {
        if (amountWei == 0) return;
        bool paid;
        // Returned data is left where it is: copying it would let a receiver spend the caller's gas.
        // slither-disable-next-line assembly
        assembly ("memory-safe") {
            paid := call(PUSH_GAS, wallet, amountWei, 0, 0, 0, 0)
        }
        if (!paid) {
            withdrawableWei[wallet] += amountWei;
            emit PaymentDeferred(wallet, amountWei);
        }
    }

    /// @inheritdoc IAIModelTraining
    function withdraw() external {
        uint256 amountWei = withdrawableWei[msg.sender];
        require(amountWei != 0, NothingToWithdraw(msg.sender));

        withdrawableWei[msg.sender] = 0;

        emit Withdrawn(msg.sender, amountWei);

        // A wallet may need more gas than transfer gives, and the balance is already zero.
        // slither-disable-next-line low-level-calls
        (bool paid,) = msg.sender.call{value: amountWei}("");
        require(paid, WithdrawalFailed(msg.sender, amountWei));
    }

    // ── Views ───────────────────────────────────────────────────────────────────────────────────────────────

    /// @inheritdoc IAIModelTraining
    function getJob(uint256 jobId) external view returns (Job memory) {
        StoredJob storage job = _jobs[jobId];
        return Job({
            status: job.status,
            requester: job.requester,
            aggregator: job.aggregator,
            stakeWei: job.stakeWei,
            bondWei: job.bondWei,
            forfeitedWei: _forfeitedWei[jobId],
            minContributors: job.minContributors,
            maxContributors: job.maxContributors,
            acceptBy: job.acceptBy,
            trainingPeriod: job.trainingPeriod,
            reviewPeriod: job.reviewPeriod,
            takenSlots: _takenSlots(job),
            specDigest: job.specDigest
        });
    }

    /// @inheritdoc IAIModelTraining
    function getSlot(uint256 jobId, address contributor) external view returns (Slot memory) {
        return _slots[jobId][contributor];
    }

    // ── Checks ──────────────────────────────────────────────────────────────────────────────────────────────

    function _checkTerms(Terms calldata terms, uint256 stakeWei) private view {
        require(terms.kind <= 1, UnknownKind(terms.kind));
        (uint8 least, uint8 most) = (terms.minContributors, terms.maxContributors);
        require(
            least != 0 && least <= most && most <= MAX_CONTRIBUTORS,
            ContributorsOutOfRange(least, most, MAX_CONTRIBUTORS)
        );
        uint256 latest = Math.min(block.timestamp + MAX_ACCEPT_WINDOW, type(uint32).max);
        require(
            terms.acceptBy > block.timestamp && terms.acceptBy <= latest,
            AcceptByOutOfRange(terms.acceptBy, block.timestamp + 1, latest)
        );
        require(
            terms.trainingPeriod >= MIN_PERIOD && terms.trainingPeriod <= MAX_PERIOD,
            TrainingPeriodOutOfRange(terms.trainingPeriod, MIN_PERIOD, MAX_PERIOD)
        );
        require(
            terms.reviewPeriod >= MIN_PERIOD && terms.reviewPeriod <= MAX_PERIOD,
            ReviewPeriodOutOfRange(terms.reviewPeriod, MIN_PERIOD, MAX_PERIOD)
        );
        require(terms.aggregator != address(0), InvalidAggregator(terms.aggregator));
        // Leaves every slot at least 1 wei after the fee, which is rounded down.
        uint256 smallest = most * BPS / (BPS - feeBps);
        require(
            stakeWei >= smallest && stakeWei <= type(uint88).max,
            StakeOutOfRange(stakeWei, smallest, type(uint88).max)
        );
        _checkCid(terms.specCid);
    }

    function _checkCid(string calldata cid) private pure {
        uint256 length = bytes(cid).length;
        require(length != 0 && length <= MAX_CID_LENGTH, CidLengthOutOfRange(length, MAX_CID_LENGTH));
    }

    function _openJob(uint256 jobId) private view returns (StoredJob storage job) {
        job = _jobs[jobId];
        require(job.status == JobStatus.Open, JobNotOpen(jobId, job.status));
    }

    /// A slot that can still deliver. Its job is open: none can end while it has such a slot.
    function _deliverableSlot(uint256 jobId, address contributor) private view returns (Slot storage slot) {
        slot = _slots[jobId][contributor];
        require(slot.status == SlotStatus.Accepted, SlotNotAccepted(jobId, contributor, slot.status));
        require(block.timestamp < slot.timestamp, DeadlinePassed(jobId, contributor, slot.timestamp));
    }

    function _checkDeadlinePassed(Slot storage slot, uint256 jobId, address contributor) private view {
        require(block.timestamp >= slot.timestamp, DeadlineNotPassed(jobId, contributor, slot.timestamp));
    }

    function _isSignedBy(address signer, bytes32 digest, bytes calldata signature)
        private
        view
        returns (bool)
    {
        return signer != address(0) && SignatureChecker.isValidSignatureNowCalldata(signer, digest, signature);
    }

    function _allSlots(uint8 maxContributors) private pure returns (uint32) {
        return uint32((uint256(1) << maxContributors) - 1);
    }

    function _takenSlots(StoredJob storage job) private view returns (uint32) {
        return _allSlots(job.maxContributors) ^ job.freeSlots;
    }
}
// slither-disable-end timestamp
