// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IAIModelTrainingV2} from "./IAIModelTrainingV2.sol";
import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @title AIModelTrainingV2
/// @notice The manual is {IAIModelTrainingV2}. Functions stand in the order of a job's life, and each is the same
/// paragraph: check, compute, write, emit, interact. Checks are ifs, since `require` computes an error's values even
/// where all is well.
// Deadlines are minutes to months; a validator shifts a block by seconds.
// slither-disable-start timestamp
contract AIModelTrainingV2 is IAIModelTrainingV2, EIP712 {
    uint16 public constant MAX_FEE_BPS = 1_000;
    uint16 public constant MAX_BOND_BPS = 1_000;
    uint8 public constant MAX_CONTRIBUTORS = 32;
    uint256 public constant MAX_ACCEPT_WINDOW = 90 days;
    uint256 public constant MIN_PERIOD = 1 minutes;
    uint256 public constant MAX_PERIOD = 30 days;
    uint256 public constant APPEAL_PERIOD = 1 days;
    uint256 public constant RULING_PERIOD = 3 days;
    uint256 public constant MAX_CID_LENGTH = 128;
    /// Nobody has its key.
    address public constant BURN_ADDRESS = 0x000000000000000000000000000000000000dEaD;
    /// Enough for a proxied smart account that logs what it receives; 32 pushes stay far below a block's gas.
    uint256 public constant PUSH_GAS = 30_000;
    /// Enough for a multisignature wallet of a few owners.
    uint256 public constant SIGNER_GAS = 50_000;
    bytes32 public constant SUBMISSION_TYPEHASH =
        keccak256("Submission(uint256 jobId,address contributor,string adapterCid)");
    bytes32 public constant SLOT_PERMIT_TYPEHASH = keccak256("SlotPermit(uint256 jobId,address contributor)");
    bytes32 public constant ACCEPTANCE_TYPEHASH =
        keccak256("Acceptance(uint256 jobId,address contributor,address delegate,uint256 signedUntil)");

    uint256 private constant BPS = 10_000;

    /// Three words, filled to the last bit. Accepting reads the first and the third, and for a bond the second;
    /// submitting reads none.
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
        address referee;
        uint24 reviewPeriod;
        uint8 minContributors;
        uint16 bondBps;
        bool permitOnly;
        bytes5 specDigest;
    }

    uint16 public immutable feeBps;
    address public immutable feeReceiver;

    uint256 public jobCount;
    mapping(address wallet => uint256) public withdrawableWei;

    mapping(uint256 jobId => StoredJob) private _jobs;
    /// A slot holds the job's bond until it is paid, rejected or released; a pending or appealed rejection of an
    /// ended job holds a share besides.
    mapping(uint256 jobId => mapping(address contributor => Slot)) private _slots;

    constructor(uint16 feeBps_, address feeReceiver_) EIP712("TrainChain", "2") {
        if (feeBps_ > MAX_FEE_BPS) revert FeeTooHigh(feeBps_, MAX_FEE_BPS);
        if (feeReceiver_ == address(0)) revert InvalidFeeReceiver(feeReceiver_);
        feeBps = feeBps_;
        feeReceiver = feeReceiver_;
    }

    // ── Create ──────────────────────────────────────────────────────────────────────────────────────────────

    /// @inheritdoc IAIModelTrainingV2
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
            referee: terms.referee,
            reviewPeriod: uint24(terms.reviewPeriod),
            minContributors: terms.minContributors,
            bondBps: terms.bondBps,
            permitOnly: terms.permitOnly,
            specDigest: bytes5(keccak256(bytes(terms.specCid)))
        });

        emit JobCreated(jobId, msg.sender, terms, msg.value, feeBps);
    }

    // ── Take a slot and deliver ─────────────────────────────────────────────────────────────────────────────

    /// @inheritdoc IAIModelTrainingV2
    function acceptJob(uint256 jobId, address delegate) external payable returns (uint8 slot) {
        StoredJob storage job = _openJob(jobId);
        if (job.permitOnly) revert PermitRequired(jobId);

        return _accept(job, jobId, msg.sender, delegate);
    }

    /// @inheritdoc IAIModelTrainingV2
    function acceptJobWithPermit(uint256 jobId, address delegate, bytes calldata permit)
        external
        payable
        returns (uint8 slot)
    {
        StoredJob storage job = _openJob(jobId);
        _checkPermit(job, jobId, msg.sender, permit);

        return _accept(job, jobId, msg.sender, delegate);
    }

    /// @inheritdoc IAIModelTrainingV2
    function acceptJobBySig(
        uint256 jobId,
        address contributor,
        address delegate,
        uint256 signedUntil,
        bytes calldata signature,
        bytes calldata permit
    ) external returns (uint8 slot) {
        StoredJob storage job = _openJob(jobId);
        if (block.timestamp >= signedUntil) revert AcceptanceExpired(jobId, contributor, signedUntil);
        if (job.permitOnly) _checkPermit(job, jobId, contributor, permit);
        bytes32 digest = _hashTypedDataV4(
            keccak256(abi.encode(ACCEPTANCE_TYPEHASH, jobId, contributor, delegate, signedUntil))
        );
        if (!_isSignedBy(contributor, digest, signature)) revert InvalidAcceptance(jobId, contributor);

        // Nothing can be sent with it, so that a job with a bond refuses. Nobody is seated twice by one signature,
        // since a wallet takes one slot of a job, whatever becomes of it.
        return _accept(job, jobId, contributor, delegate);
    }

    function _accept(StoredJob storage job, uint256 jobId, address contributor, address delegate)
        private
        returns (uint8 slot)
    {
        if (block.timestamp >= job.acceptBy) revert AcceptanceClosed(jobId, job.acceptBy);
        if (contributor == job.requester) revert RequesterCannotContribute(jobId, contributor);
        mapping(address => Slot) storage slots = _slots[jobId];
        if (slots[contributor].status != SlotStatus.None) revert AlreadyAccepted(jobId, contributor);
        uint32 freeSlots = job.freeSlots;
        if (freeSlots == 0) revert NoFreeSlot(jobId);
        uint256 bondWei = _bondWei(job);
        if (msg.value != bondWei) revert WrongBond(jobId, bondWei, msg.value);

        uint32 lowest = freeSlots & (~freeSlots + 1);
        slot = uint8(Math.log2(lowest));
        uint40 deadline = uint40(block.timestamp + job.trainingPeriod);

        job.freeSlots = freeSlots ^ lowest;
        slots[contributor] = Slot({
            status: SlotStatus.Accepted, index: slot, provable: false, timestamp: deadline, delegate: delegate
        });

        emit JobAccepted(jobId, contributor, slot, delegate, deadline);
    }

    /// @inheritdoc IAIModelTrainingV2
    function setDelegate(uint256 jobId, address delegate) external {
        Slot storage slot = _deliverableSlot(jobId, msg.sender);

        slot.delegate = delegate;

        emit DelegateChanged(jobId, msg.sender, delegate);
    }

    /// @inheritdoc IAIModelTrainingV2
    function submitAdapter(uint256 jobId, address contributor, string calldata adapterCid) external {
        Slot storage slot = _deliverableSlot(jobId, contributor);
        _checkActsFor(slot, jobId, contributor);

        _submit(slot, jobId, contributor, adapterCid);
    }

    /// @inheritdoc IAIModelTrainingV2
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
        if (!_isSignedBy(slot.delegate, digest, signature) && !_isSignedBy(contributor, digest, signature)) {
            revert InvalidSignature(jobId, contributor);
        }

        _submit(slot, jobId, contributor, adapterCid);
    }

    function _submit(Slot storage slot, uint256 jobId, address contributor, string calldata adapterCid)
        private
    {
        _checkCid(adapterCid);

        slot.status = SlotStatus.Submitted;
        slot.timestamp = uint40(block.timestamp);

        emit AdapterSubmitted(jobId, contributor, adapterCid);
    }

    // ── Reject, appeal, free a slot ─────────────────────────────────────────────────────────────────────────

    /// @inheritdoc IAIModelTrainingV2
    function rejectAdapter(uint256 jobId, address contributor, string calldata reasonCid, bool provable)
        external
    {
        StoredJob storage job = _openJob(jobId);
        Slot storage slot = _slots[jobId][contributor];
        if (msg.sender != job.aggregator) revert NotAggregator(jobId, msg.sender);
        if (slot.status != SlotStatus.Submitted) revert SlotNotSubmitted(jobId, contributor, slot.status);
        // No review ends later, but for those that a reinstatement opens again: they are for merging alone, so that
        // rejections cannot be strung together to put off a job's end.
        uint256 rejectBy = uint256(job.acceptBy) + job.trainingPeriod + job.reviewPeriod;
        if (block.timestamp >= rejectBy) revert RejectionClosed(jobId, rejectBy);
        _checkCid(reasonCid);

        bool mayAppeal = job.referee != address(0);
        uint40 appealBy = uint40(mayAppeal ? block.timestamp + APPEAL_PERIOD : block.timestamp);

        slot.status = SlotStatus.RejectionPending;
        slot.provable = provable;
        slot.timestamp = appealBy;

        emit AdapterRejected(jobId, contributor, reasonCid, provable, appealBy);

        if (!mayAppeal) _enforce(job, slot, jobId, contributor, false);
    }

    /// @inheritdoc IAIModelTrainingV2
    function appealRejection(uint256 jobId, address contributor, string calldata evidenceCid) external {
        Slot storage slot = _slots[jobId][contributor];
        if (slot.status != SlotStatus.RejectionPending) {
            revert RejectionNotPending(jobId, contributor, slot.status);
        }
        _checkDeadlineAhead(slot, jobId, contributor);
        _checkActsFor(slot, jobId, contributor);
        _checkCid(evidenceCid);

        uint40 rulingBy = uint40(block.timestamp + RULING_PERIOD);

        slot.status = SlotStatus.RejectionAppealed;
        slot.timestamp = rulingBy;

        emit RejectionAppealed(jobId, contributor, evidenceCid, rulingBy);
    }

    /// @inheritdoc IAIModelTrainingV2
    function ruleAppeal(uint256 jobId, address contributor, bool overturned, string calldata reasonCid)
        external
    {
        StoredJob storage job = _jobs[jobId];
        Slot storage slot = _slots[jobId][contributor];
        if (msg.sender != job.referee) revert NotReferee(jobId, msg.sender);
        if (slot.status != SlotStatus.RejectionAppealed) {
            revert RejectionNotAppealed(jobId, contributor, slot.status);
        }
        _checkDeadlineAhead(slot, jobId, contributor);
        _checkCid(reasonCid);

        emit AppealRuled(jobId, contributor, overturned, reasonCid);

        if (overturned) _reinstate(job, slot, jobId, contributor);
        else _enforce(job, slot, jobId, contributor, slot.provable);
    }

    /// @inheritdoc IAIModelTrainingV2
    function enforceRejection(uint256 jobId, address contributor) external {
        Slot storage slot = _slots[jobId][contributor];
        bool appealed = slot.status == SlotStatus.RejectionAppealed;
        if (!appealed && slot.status != SlotStatus.RejectionPending) {
            revert RejectionNotPending(jobId, contributor, slot.status);
        }
        _checkDeadlinePassed(slot, jobId, contributor);

        _enforce(_jobs[jobId], slot, jobId, contributor, slot.provable && !appealed);
    }

    /// A rejection takes effect: the slot gives up its bond, and the share that it holds if the job has ended.
    function _enforce(
        StoredJob storage job,
        Slot storage slot,
        uint256 jobId,
        address contributor,
        bool burns
    ) private {
        uint256 bondWei = _bondWei(job);
        uint256 burntWei = burns ? bondWei : 0;
        bool isOpen = job.status == JobStatus.Open;
        uint256 refundWei = isOpen ? 0 : _shareWei(job);

        slot.status = SlotStatus.Rejected;
        if (isOpen) job.freeSlots |= uint32(1) << slot.index;

        emit RejectionEnforced(jobId, contributor, burntWei, refundWei);

        _pay(contributor, bondWei - burntWei);
        _pay(BURN_ADDRESS, burntWei);
        _pay(job.requester, refundWei);
    }

    /// A rejection is overturned: the delivery waits for the job's end as others do, or is paid if that has come.
    function _reinstate(StoredJob storage job, Slot storage slot, uint256 jobId, address contributor)
        private
    {
        slot.status = SlotStatus.Reinstated;
        slot.timestamp = uint40(block.timestamp);

        if (job.status == JobStatus.Open) return;
        uint256 shareWei = _shareWei(job);

        emit JobCompleted(jobId, contributor, shareWei);

        _pay(contributor, shareWei + _bondWei(job));
    }

    /// @inheritdoc IAIModelTrainingV2
    function releaseSlot(uint256 jobId, address contributor) external {
        StoredJob storage job = _openJob(jobId);
        Slot storage slot = _slots[jobId][contributor];
        if (slot.status != SlotStatus.Accepted) revert SlotNotAccepted(jobId, contributor, slot.status);
        _checkDeadlinePassed(slot, jobId, contributor);

        uint256 bondWei = _bondWei(job);

        slot.status = SlotStatus.Released;
        job.freeSlots |= uint32(1) << slot.index;

        emit SlotReleased(jobId, contributor, bondWei);

        _pay(BURN_ADDRESS, bondWei);
    }

    // ── End ─────────────────────────────────────────────────────────────────────────────────────────────────

    /// @inheritdoc IAIModelTrainingV2
    function completeJob(uint256 jobId, string calldata resultCid, address[] calldata contributors) external {
        StoredJob storage job = _openJob(jobId);
        if (msg.sender != job.aggregator) revert NotAggregator(jobId, msg.sender);
        _checkCid(resultCid);
        Tally memory tally = _tally(job, jobId, contributors);
        if (tally.submissions < job.minContributors) {
            revert TooFewSubmissions(jobId, tally.submissions, job.minContributors);
        }

        _close(job, jobId, JobStatus.Completed, resultCid, tally);
    }

    /// @inheritdoc IAIModelTrainingV2
    function settleJob(uint256 jobId, address[] calldata contributors) external {
        StoredJob storage job = _openJob(jobId);
        Tally memory tally = _tally(job, jobId, contributors);
        if (tally.submissions < job.minContributors) {
            revert TooFewSubmissions(jobId, tally.submissions, job.minContributors);
        }
        // While a delivery is wanting, the aggregator may wait for one until acceptBy.
        bool mayWait = tally.submissions < job.maxContributors;
        uint256 completableFrom = mayWait ? Math.max(tally.lastEvent, job.acceptBy) : tally.lastEvent;
        uint256 reviewEnds = completableFrom + job.reviewPeriod;
        if (block.timestamp < reviewEnds) revert ReviewNotOver(jobId, reviewEnds);

        _close(job, jobId, JobStatus.Settled, "", tally);
    }

    /// @inheritdoc IAIModelTrainingV2
    function expireJob(uint256 jobId, address[] calldata contributors) external {
        StoredJob storage job = _openJob(jobId);
        if (block.timestamp < job.acceptBy) revert AcceptanceStillOpen(jobId, job.acceptBy);
        Tally memory tally = _tally(job, jobId, contributors);
        uint256 reachable = tally.submissions + tally.contested;
        if (reachable >= job.minContributors) {
            revert EnoughSubmissions(jobId, reachable, job.minContributors);
        }
        // What was delivered is paid here too, so the aggregator has its time to reject it first.
        if (tally.submissions != 0 && msg.sender != job.aggregator) {
            uint256 reviewEnds = Math.max(tally.lastEvent, job.acceptBy) + job.reviewPeriod;
            if (block.timestamp < reviewEnds) revert ReviewNotOver(jobId, reviewEnds);
        }

        _close(job, jobId, JobStatus.Expired, "", tally);
    }

    /// @inheritdoc IAIModelTrainingV2
    function cancelJob(uint256 jobId) external {
        StoredJob storage job = _openJob(jobId);
        if (msg.sender != job.requester) revert NotRequester(jobId, msg.sender);
        uint32 takenSlots = _takenSlots(job);
        if (takenSlots != 0) revert SlotsTaken(jobId, takenSlots);

        // Its zeros are what is meant: nobody submitted, nobody missed a deadline.
        // slither-disable-next-line uninitialized-local
        Tally memory nobody;
        _close(job, jobId, JobStatus.Cancelled, "", nobody);
    }

    /// What the taken slots of a job have come to, when no more can come of them.
    struct Tally {
        /// Those that are to be paid: the first `submissions` entries.
        address[] submitters;
        uint256 submissions;
        /// Deliveries whose rejection has not taken effect: each keeps its share and bond here.
        uint256 contested;
        /// Slots that missed their deadline and were not released before.
        uint256 overdue;
        /// The latest submission, reinstatement or missed deadline.
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

            if (status == SlotStatus.Submitted || status == SlotStatus.Reinstated) {
                tally.submitters[tally.submissions++] = contributor;
                tally.lastEvent = Math.max(tally.lastEvent, slot.timestamp);
            } else if (status == SlotStatus.RejectionPending || status == SlotStatus.RejectionAppealed) {
                ++tally.contested;
            } else {
                if (status != SlotStatus.Accepted) revert SlotNotTaken(jobId, contributor, status);
                _checkDeadlinePassed(slot, jobId, contributor);
                ++tally.overdue;
                tally.lastEvent = Math.max(tally.lastEvent, slot.timestamp);
                emit SlotReleased(jobId, contributor, _bondWei(job));
            }
            if (listedSlots & bit != 0) revert ContributorListedTwice(jobId, contributor);
            listedSlots |= bit;
        }
        uint32 takenSlots = _takenSlots(job);
        if (listedSlots != takenSlots) revert ContributorsMissing(jobId, listedSlots, takenSlots);
    }

    /// Divides all that the job holds, but for what its contested slots keep. A fee is due for completed and
    /// settled jobs only.
    function _close(
        StoredJob storage job,
        uint256 jobId,
        JobStatus status,
        string memory resultCid,
        Tally memory tally
    ) private {
        uint256 stakeWei = job.stakeWei;
        (uint256 feeWei, uint256 shareWei) = _divide(stakeWei, job.maxContributors);
        uint256 bondWei = _bondWei(job);
        if (status == JobStatus.Expired || status == JobStatus.Cancelled) feeWei = 0;
        uint256 refundWei = stakeWei - feeWei - shareWei * (tally.submissions + tally.contested);

        job.status = status;

        for (uint256 i = 0; i < tally.submissions; ++i) {
            emit JobCompleted(jobId, tally.submitters[i], shareWei);
        }
        emit JobClosed(jobId, status, resultCid, refundWei, feeWei);

        for (uint256 i = 0; i < tally.submissions; ++i) {
            _pay(tally.submitters[i], shareWei + bondWei);
        }
        _pay(job.requester, refundWei);
        _pay(feeReceiver, feeWei);
        _pay(BURN_ADDRESS, bondWei * tally.overdue);
    }

    // ── Payments ────────────────────────────────────────────────────────────────────────────────────────────

    /// What a stake divides into.
    function _divide(uint256 stakeWei, uint256 maxContributors)
        private
        view
        returns (uint256 feeWei, uint256 shareWei)
    {
        feeWei = stakeWei * feeBps / BPS;
        shareWei = (stakeWei - feeWei) / maxContributors;
    }

    function _shareWei(StoredJob storage job) private view returns (uint256 shareWei) {
        (, shareWei) = _divide(job.stakeWei, job.maxContributors);
    }

    function _bondWei(StoredJob storage job) private view returns (uint256) {
        uint256 bondBps = job.bondBps;
        return bondBps == 0 ? 0 : _shareWei(job) * bondBps / BPS;
    }

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

    /// @inheritdoc IAIModelTrainingV2
    function withdraw() external {
        uint256 amountWei = withdrawableWei[msg.sender];
        if (amountWei == 0) revert NothingToWithdraw(msg.sender);

        withdrawableWei[msg.sender] = 0;

        emit Withdrawn(msg.sender, amountWei);

        // A wallet may need more gas than transfer gives, and the balance is already zero.
        // slither-disable-next-line low-level-calls
        (bool paid,) = msg.sender.call{value: amountWei}("");
        if (!paid) revert WithdrawalFailed(msg.sender, amountWei);
    }

    // ── Views ───────────────────────────────────────────────────────────────────────────────────────────────

    /// @inheritdoc IAIModelTrainingV2
    function getJob(uint256 jobId) external view returns (Job memory) {
        StoredJob storage job = _jobs[jobId];
        // A number that was never given has no slots to share among.
        bool exists = job.status != JobStatus.None;
        return Job({
            status: job.status,
            requester: job.requester,
            aggregator: job.aggregator,
            referee: job.referee,
            stakeWei: job.stakeWei,
            shareWei: exists ? _shareWei(job) : 0,
            bondWei: _bondWei(job),
            minContributors: job.minContributors,
            maxContributors: job.maxContributors,
            permitOnly: job.permitOnly,
            acceptBy: job.acceptBy,
            trainingPeriod: job.trainingPeriod,
            reviewPeriod: job.reviewPeriod,
            takenSlots: _takenSlots(job),
            specDigest: job.specDigest
        });
    }

    /// @inheritdoc IAIModelTrainingV2
    function getSlot(uint256 jobId, address contributor) external view returns (Slot memory) {
        return _slots[jobId][contributor];
    }

    // ── Checks ──────────────────────────────────────────────────────────────────────────────────────────────

    function _checkTerms(Terms calldata terms, uint256 stakeWei) private view {
        (uint8 least, uint8 most) = (terms.minContributors, terms.maxContributors);
        if (least == 0 || least > most || most > MAX_CONTRIBUTORS) {
            revert ContributorsOutOfRange(least, most, MAX_CONTRIBUTORS);
        }
        if (terms.bondBps > MAX_BOND_BPS) revert BondTooHigh(terms.bondBps, MAX_BOND_BPS);
        uint256 latest = Math.min(block.timestamp + MAX_ACCEPT_WINDOW, type(uint32).max);
        if (terms.acceptBy <= block.timestamp || terms.acceptBy > latest) {
            revert AcceptByOutOfRange(terms.acceptBy, block.timestamp + 1, latest);
        }
        if (terms.trainingPeriod < MIN_PERIOD || terms.trainingPeriod > MAX_PERIOD) {
            revert TrainingPeriodOutOfRange(terms.trainingPeriod, MIN_PERIOD, MAX_PERIOD);
        }
        if (terms.reviewPeriod < MIN_PERIOD || terms.reviewPeriod > MAX_PERIOD) {
            revert ReviewPeriodOutOfRange(terms.reviewPeriod, MIN_PERIOD, MAX_PERIOD);
        }
        if (terms.aggregator == address(0)) revert InvalidAggregator(terms.aggregator);
        if (terms.referee == terms.aggregator) revert InvalidReferee(terms.referee);
        // Leaves every slot at least 1 wei after the fee, which is rounded down.
        uint256 smallest = most * BPS / (BPS - feeBps);
        if (stakeWei < smallest || stakeWei > type(uint88).max) {
            revert StakeOutOfRange(stakeWei, smallest, type(uint88).max);
        }
        _checkCid(terms.specCid);
    }

    function _checkCid(string calldata cid) private pure {
        uint256 length = bytes(cid).length;
        if (length == 0 || length > MAX_CID_LENGTH) revert CidLengthOutOfRange(length, MAX_CID_LENGTH);
    }

    function _openJob(uint256 jobId) private view returns (StoredJob storage job) {
        job = _jobs[jobId];
        if (job.status != JobStatus.Open) revert JobNotOpen(jobId, job.status);
    }

    /// A slot that can still deliver. Its job is open: none can end while it has such a slot.
    function _deliverableSlot(uint256 jobId, address contributor) private view returns (Slot storage slot) {
        slot = _slots[jobId][contributor];
        if (slot.status != SlotStatus.Accepted) revert SlotNotAccepted(jobId, contributor, slot.status);
        _checkDeadlineAhead(slot, jobId, contributor);
    }

    function _checkDeadlineAhead(Slot storage slot, uint256 jobId, address contributor) private view {
        if (block.timestamp >= slot.timestamp) revert DeadlinePassed(jobId, contributor, slot.timestamp);
    }

    function _checkDeadlinePassed(Slot storage slot, uint256 jobId, address contributor) private view {
        if (block.timestamp < slot.timestamp) revert DeadlineNotPassed(jobId, contributor, slot.timestamp);
    }

    function _checkActsFor(Slot storage slot, uint256 jobId, address contributor) private view {
        if (msg.sender != contributor && msg.sender != slot.delegate) {
            revert NotSubmitter(jobId, contributor, msg.sender);
        }
    }

    function _checkPermit(StoredJob storage job, uint256 jobId, address contributor, bytes calldata permit)
        private
        view
    {
        bytes32 digest = _hashTypedDataV4(keccak256(abi.encode(SLOT_PERMIT_TYPEHASH, jobId, contributor)));
        if (!_isSignedBy(job.requester, digest, permit)) revert InvalidPermit(jobId, contributor);
    }

    /// Whether a key signed, or a contract says within SIGNER_GAS that it did (EIP-1271).
    function _isSignedBy(address signer, bytes32 digest, bytes calldata signature)
        private
        view
        returns (bool)
    {
        if (signer.code.length == 0) {
            // What is recovered from a malformed signature is nobody.
            // slither-disable-next-line unused-return
            (address recovered,,) = ECDSA.tryRecoverCalldata(digest, signature);
            return recovered != address(0) && recovered == signer;
        }
        bytes memory question = abi.encodeCall(IERC1271.isValidSignature, (digest, signature));
        bool answered;
        bytes32 answer;
        // OpenZeppelin's own check gives a contract all the gas there is, and Solidity's call copies all it returns.
        // slither-disable-next-line assembly
        assembly ("memory-safe") {
            answered := staticcall(SIGNER_GAS, signer, add(question, 32), mload(question), 0, 32)
            answered := and(answered, gt(returndatasize(), 31))
            answer := mload(0)
        }
        return answered && answer == bytes32(IERC1271.isValidSignature.selector);
    }

    function _allSlots(uint8 maxContributors) private pure returns (uint32) {
        return uint32((uint256(1) << maxContributors) - 1);
    }

    function _takenSlots(StoredJob storage job) private view returns (uint32) {
        return _allSlots(job.maxContributors) ^ job.freeSlots;
    }
}
// slither-disable-end timestamp
